package io.shiplog.command.decide;

import io.shiplog.command.kind.Names;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The per-type exceptions of Kubernetes' built-in types, as data. All other types, custom resources included, follow the defaults.
 */
final class TypeRules {
    private static final String RBAC = "rbac.authorization.k8s.io";

    static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    static final ResourceType PODS = ResourceType.core("pods");
    static final ResourceType NODES = ResourceType.core("nodes");
    static final ResourceType EVENTS = ResourceType.core("events");
    static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    static final ResourceType REPLICATION_CONTROLLERS = ResourceType.core("replicationcontrollers");

    /** Namespaces that cannot be deleted. */
    static final Set<String> IMMORTAL_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private static final Map<ResourceType, Function<String, List<String>>> NAME_FORMS = Map.of(
            NAMESPACES,
            Names::label,
            ResourceType.core("services"),
            Names::label1035,
            EVENTS,
            Names::pathSegment,
            rbac("roles"),
            Names::pathSegment,
            rbac("rolebindings"),
            Names::pathSegment,
            rbac("clusterroles"),
            Names::pathSegment,
            rbac("clusterrolebindings"),
            Names::pathSegment);

    /** Types whose objects have no generation in Kubernetes. */
    private static final Set<ResourceType> WITHOUT_GENERATION = Set.of(
            NAMESPACES,
            NODES,
            EVENTS,
            LEASES,
            ResourceType.core("configmaps"),
            ResourceType.core("secrets"),
            ResourceType.core("serviceaccounts"),
            ResourceType.core("services"),
            ResourceType.core("endpoints"),
            ResourceType.core("persistentvolumes"),
            ResourceType.core("persistentvolumeclaims"),
            ResourceType.core("limitranges"),
            ResourceType.core("resourcequotas"),
            rbac("roles"),
            rbac("rolebindings"),
            rbac("clusterroles"),
            rbac("clusterrolebindings"));

    /** Types for which a PUT to an unused name creates an object. */
    private static final Set<ResourceType> CREATE_ON_UPDATE = Set.of(
            EVENTS,
            LEASES,
            ResourceType.core("services"),
            ResourceType.core("endpoints"),
            ResourceType.core("limitranges"),
            rbac("roles"),
            rbac("rolebindings"),
            rbac("clusterroles"),
            rbac("clusterrolebindings"));

    /** The lists and maps of metadata that clients write. */
    static final List<String> CLIENTS_METADATA = List.of("labels", "annotations", "ownerReferences", "finalizers");

    /**
     * Metadata fields that a status write leaves unchanged, for types whose status write may change the other fields. For all other
     * types it changes none.
     */
    private static final Map<ResourceType, Set<String>> KEPT_BY_STATUS = Map.of(
            NAMESPACES,
            Set.of(),
            NODES,
            Set.of(),
            PODS,
            Set.of("ownerReferences"),
            ResourceType.core("services"),
            Set.of(),
            REPLICATION_CONTROLLERS,
            Set.of(),
            new ResourceType("apps", "replicasets"),
            Set.of(),
            new ResourceType("apps", "deployments"),
            Set.of("labels"));

    /** Types whose PUT must give the resourceVersion it replaces. */
    private static final Set<ResourceType> CONDITIONAL_UPDATE = Set.of(LEASES);

    private TypeRules() {}

    private static ResourceType rbac(String resource) {
        return new ResourceType(RBAC, resource);
    }

    static Function<String, List<String>> nameForm(ResourceType type) {
        return NAME_FORMS.getOrDefault(type, Names::subdomain);
    }

    static boolean hasGeneration(ResourceType type) {
        return !WITHOUT_GENERATION.contains(type);
    }

    static boolean createsOnUpdate(ResourceType type) {
        return CREATE_ON_UPDATE.contains(type);
    }

    /**
     * Whether a status write may change a metadata field.
     *
     * @param field one of {@link #CLIENTS_METADATA}
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go">PrepareForUpdate of the
     *     status strategies, here that of pods</a>
     */
    static boolean statusChanges(ResourceType type, String field) {
        Set<String> kept = KEPT_BY_STATUS.get(type);
        return kept != null && !kept.contains(field);
    }

    static boolean allowsUnconditionalUpdate(ResourceType type) {
        return !CONDITIONAL_UPDATE.contains(type);
    }

    /** Whether dependents are orphaned when the client gives no propagationPolicy. */
    static boolean orphansByDefault(ResourceType type) {
        return type.equals(REPLICATION_CONTROLLERS);
    }
}
