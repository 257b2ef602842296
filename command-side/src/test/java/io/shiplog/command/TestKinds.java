package io.shiplog.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A small catalogue that does not move when the real one does. */
public final class TestKinds {
    public static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    public static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    public static final ResourceType PODS = ResourceType.core("pods");
    public static final ResourceType SERVICES = ResourceType.core("services");
    public static final ResourceType SERVICE_ACCOUNTS = ResourceType.core("serviceaccounts");
    public static final ResourceType REPLICATION_CONTROLLERS = ResourceType.core("replicationcontrollers");
    public static final ResourceType NODES = ResourceType.core("nodes");
    public static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    public static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    public static final ResourceType DEPLOYMENTS = new ResourceType("apps", "deployments");
    public static final ResourceType CLUSTER_ROLES = new ResourceType("rbac.authorization.k8s.io", "clusterroles");

    public static final KindCatalogue CATALOGUE = KindCatalogue.EMPTY
            .with(kind(NAMESPACES, "Namespace", Scope.CLUSTER, Set.of("status", "finalize"), "events"))
            .with(kind(NODES, "Node", Scope.CLUSTER, Set.of("status"), "events"))
            .with(kind(CLUSTER_ROLES, "ClusterRole", Scope.CLUSTER, Set.of(), "events"))
            .with(kind(VOLUMES, "PersistentVolume", Scope.CLUSTER, Set.of("status"), "events"))
            .with(kind(CONFIG_MAPS, "ConfigMap", Scope.NAMESPACED, Set.of(), "events"))
            .with(kind(SERVICE_ACCOUNTS, "ServiceAccount", Scope.NAMESPACED, Set.of("token"), "events"))
            .with(kind(SERVICES, "Service", Scope.NAMESPACED, Set.of("status"), "events"))
            .with(kind(PODS, "Pod", Scope.NAMESPACED, Set.of("status", "binding"), "events"))
            .with(kind(
                    REPLICATION_CONTROLLERS,
                    "ReplicationController",
                    Scope.NAMESPACED,
                    Set.of("status", "scale"),
                    "events"))
            .with(kind(DEPLOYMENTS, "Deployment", Scope.NAMESPACED, Set.of("status", "scale"), "events"))
            .with(kind(LEASES, "Lease", Scope.NAMESPACED, Set.of(), "leases"));

    private static final BuiltInKinds BUILT_IN = new BuiltInKinds(ServiceNetwork.DEFAULT);

    private TestKinds() {}

    private static KindDescription kind(
            ResourceType type, String kind, Scope scope, Set<String> subresources, String shard) {
        return KindDescription.draft(type.group(), "v1", kind, type.resource(), scope)
                .subresources(subresources.toArray(String[]::new))
                .columns(List.of())
                .shard(shard)
                .done();
    }

    /** A built-in kind with its traits, and without its defaults, admission and validation. */
    public static Kind withoutRules(ResourceType type) {
        return new WithoutRules(BUILT_IN.of(type));
    }

    private record WithoutRules(Kind kind) implements Kind {
        @Override
        public KindDescription description() {
            return kind.description();
        }

        @Override
        public List<String> nameErrors(String name) {
            return kind.nameErrors(name);
        }

        @Override
        public boolean hasGeneration() {
            return kind.hasGeneration();
        }

        @Override
        public boolean createsOnUpdate() {
            return kind.createsOnUpdate();
        }

        @Override
        public boolean allowsUnconditionalUpdate() {
            return kind.allowsUnconditionalUpdate();
        }

        @Override
        public Set<String> statusMetadata() {
            return kind.statusMetadata();
        }

        @Override
        public boolean orphansByDefault() {
            return kind.orphansByDefault();
        }

        /** Pods wait as long as they are asked to. */
        @Override
        public long gracePeriodSeconds(ObjectNode object, @Nullable Long requested) {
            boolean pod = kind.description().type().equals(PODS);
            return !pod ? 0 : requested == null ? 30 : requested;
        }
    }
}
