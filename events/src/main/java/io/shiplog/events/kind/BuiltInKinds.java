package io.shiplog.events.kind;

import static io.shiplog.events.kind.Scope.CLUSTER;
import static io.shiplog.events.kind.Scope.NAMESPACED;

import io.shiplog.events.object.ResourceType;
import java.util.List;

/**
 * The kinds that every cluster serves from the start, as Kubernetes' API server describes them. To add one, see {@code
 * docs/recipes/add-a-kind.md}.
 */
public final class BuiltInKinds {
    private static final String APPS = "apps";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String EVENTS = "events.k8s.io";
    private static final String SCHEDULING = "scheduling.k8s.io";

    private static final KindCatalogue CATALOGUE =
            List.of(core(), workloads(), network(), access(), eventObjects(), keys()).stream()
                    .flatMap(List::stream)
                    .map(KindDescription.Draft::done)
                    .reduce(KindCatalogue.EMPTY, KindCatalogue::with, (a, b) -> b);

    private BuiltInKinds() {}

    /** All built-in kinds. */
    public static KindCatalogue catalogue() {
        return CATALOGUE;
    }

    private static List<KindDescription.Draft> core() {
        return List.of(
                core("Namespace", "namespaces", CLUSTER)
                        .columns(ClusterColumns.NAMESPACE)
                        .shortNames("ns")
                        .subresources("status", "finalize")
                        .fields("status.phase"),
                core("Node", "nodes", CLUSTER)
                        .columns(ClusterColumns.NODE)
                        .shortNames("no")
                        .subresources("status")
                        .field(
                                "spec.unschedulable",
                                FieldPath.of("spec.unschedulable").orElse("false")),
                core("ConfigMap", "configmaps", NAMESPACED)
                        .columns(ClusterColumns.CONFIG_MAP)
                        .shortNames("cm"),
                core("Secret", "secrets", NAMESPACED)
                        .columns(ClusterColumns.SECRET)
                        .fields("type"),
                core("ServiceAccount", "serviceaccounts", NAMESPACED)
                        .columns(ClusterColumns.SERVICE_ACCOUNT)
                        .shortNames("sa")
                        .subresources("token"),
                KindDescription.draft("coordination.k8s.io", "v1", "Lease", "leases", NAMESPACED)
                        .columns(ClusterColumns.LEASE)
                        .shard("leases"),
                KindDescription.draft(SCHEDULING, "v1", "PriorityClass", "priorityclasses", CLUSTER)
                        .columns(ClusterColumns.PRIORITY_CLASS)
                        .shortNames("pc"));
    }

    private static List<KindDescription.Draft> workloads() {
        return List.of(
                core("Pod", "pods", NAMESPACED)
                        .columns(PodColumns.ALL)
                        .shortNames("po")
                        .categories("all")
                        .subresources("status", "binding", "eviction", "log")
                        .fields(
                                "spec.nodeName",
                                "spec.restartPolicy",
                                "spec.schedulerName",
                                "spec.serviceAccountName",
                                "status.phase",
                                "status.nominatedNodeName")
                        .field(
                                "spec.hostNetwork",
                                FieldPath.of("spec.hostNetwork").orElse("false"))
                        .field("status.podIP", FieldPath.of("status.podIPs.0.ip", "status.podIP"))
                        .field("status.podIPs", FieldPath.of("status.podIPs.0.ip", "status.podIP")),
                core("ReplicationController", "replicationcontrollers", NAMESPACED)
                        .columns(WorkloadColumns.REPLICATION_CONTROLLER)
                        .shortNames("rc")
                        .categories("all")
                        .subresources("status", "scale")
                        .field(
                                "status.replicas",
                                FieldPath.of("status.replicas").orElse("0")),
                KindDescription.draft(APPS, "v1", "ReplicaSet", "replicasets", NAMESPACED)
                        .columns(WorkloadColumns.REPLICA_SET)
                        .shortNames("rs")
                        .categories("all")
                        .subresources("status", "scale")
                        .field(
                                "status.replicas",
                                FieldPath.of("status.replicas").orElse("0")),
                KindDescription.draft(APPS, "v1", "Deployment", "deployments", NAMESPACED)
                        .columns(WorkloadColumns.DEPLOYMENT)
                        .shortNames("deploy")
                        .categories("all")
                        .subresources("status", "scale"));
    }

    private static List<KindDescription.Draft> network() {
        return List.of(
                core("Service", "services", NAMESPACED)
                        .columns(NetworkColumns.SERVICE)
                        .shortNames("svc")
                        .categories("all")
                        .subresources("status")
                        .fields("spec.clusterIP", "spec.type"),
                core("Endpoints", "endpoints", NAMESPACED)
                        .columns(NetworkColumns.ENDPOINTS)
                        .shortNames("ep"),
                KindDescription.draft("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", NAMESPACED)
                        .columns(NetworkColumns.ENDPOINT_SLICE));
    }

    private static List<KindDescription.Draft> access() {
        return List.of(
                KindDescription.draft(RBAC, "v1", "Role", "roles", NAMESPACED),
                KindDescription.draft(RBAC, "v1", "RoleBinding", "rolebindings", NAMESPACED)
                        .columns(AccessColumns.ROLE_BINDING),
                KindDescription.draft(RBAC, "v1", "ClusterRole", "clusterroles", CLUSTER),
                KindDescription.draft(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", CLUSTER)
                        .columns(AccessColumns.CLUSTER_ROLE_BINDING));
    }

    /** One object in two groups: an Event is stored in the form of the core group. */
    private static List<KindDescription.Draft> eventObjects() {
        KindDescription.Draft core = core("Event", "events", NAMESPACED)
                .columns(EventColumns.ALL)
                .shortNames("ev")
                .shard("happenings");
        KindDescription.Draft events = KindDescription.draft(EVENTS, "v1", "Event", "events", NAMESPACED)
                .columns(EventColumns.ALL)
                .shortNames("ev")
                .shard("happenings")
                .storedAs(ResourceType.core("events"));
        for (String part : List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")) {
            core.fields("involvedObject." + part);
            events.field("regarding." + part, FieldPath.of("involvedObject." + part));
        }
        FieldPath source = FieldPath.of("source.component", "reportingComponent");
        core.fields("reason", "type", "reportingComponent").field("source", source);
        events.fields("reason", "type").field("reportingController", FieldPath.of("reportingComponent"));
        return List.of(core, events);
    }

    /** Kinds that Kubernetes does not have: see docs/secrets.md. */
    private static List<KindDescription.Draft> keys() {
        return List.of(KindDescription.draft("keys.shiplog.io", "v1", "KeyRotation", "keyrotations", CLUSTER)
                .columns(ClusterColumns.KEY_ROTATION)
                .subresources("status"));
    }

    private static KindDescription.Draft core(String kind, String plural, Scope scope) {
        return KindDescription.draft("", "v1", kind, plural, scope);
    }
}
