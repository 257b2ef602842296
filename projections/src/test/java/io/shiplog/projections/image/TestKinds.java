package io.shiplog.projections.image;

import static io.shiplog.events.kind.Scope.CLUSTER;
import static io.shiplog.events.kind.Scope.NAMESPACED;

import io.shiplog.events.kind.Conversion;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import java.util.List;

/** The kinds of these tests. The real ones are the command side's, and projections know them only as values. */
public final class TestKinds {
    /** Some of each shape: cluster-scoped, namespaced, in another shard, in two groups, with fields that have defaults. */
    public static final KindCatalogue CATALOGUE = List.of(
                    core("Namespace", "namespaces").fields("status.phase"),
                    KindDescription.draft("", "v1", "Node", "nodes", CLUSTER)
                            .field(
                                    "spec.unschedulable",
                                    FieldPath.of("spec.unschedulable").orElse("false")),
                    core("ConfigMap", "configmaps"),
                    core("Secret", "secrets").fields("type"),
                    core("ServiceAccount", "serviceaccounts"),
                    core("Service", "services").fields("spec.clusterIP", "spec.type"),
                    core("Pod", "pods")
                            .subresources("status", "binding")
                            .fields("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "status.phase")
                            .field(
                                    "spec.hostNetwork",
                                    FieldPath.of("spec.hostNetwork").orElse("false"))
                            .field("status.podIP", FieldPath.of("status.podIPs.0.ip", "status.podIP")),
                    core("Event", "events").shard("happenings").fields("involvedObject.name", "reason"),
                    KindDescription.draft("events.k8s.io", "v1", "Event", "events", NAMESPACED)
                            .shard("happenings")
                            .storedAs(ResourceType.core("events"), Conversion.NONE),
                    KindDescription.draft("apps", "v1", "Deployment", "deployments", NAMESPACED),
                    KindDescription.draft("apps", "v1", "ReplicaSet", "replicasets", NAMESPACED)
                            .field(
                                    "status.replicas",
                                    FieldPath.of("status.replicas").orElse("0")),
                    KindDescription.draft("coordination.k8s.io", "v1", "Lease", "leases", NAMESPACED)
                            .shard("leases"))
            .stream()
            .map(KindDescription.Draft::done)
            .reduce(KindCatalogue.EMPTY, KindCatalogue::with, (a, b) -> b);

    private TestKinds() {}

    private static KindDescription.Draft core(String kind, String plural) {
        return KindDescription.draft("", "v1", kind, plural, plural.equals("namespaces") ? CLUSTER : NAMESPACED);
    }
}
