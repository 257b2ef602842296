package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;

/**
 * A ReplicaSet or ReplicationController as its controller sees it.
 *
 * @param template the pod template; read only
 * @param status its status now; read only
 */
record Replicas(
        ReplicaKind kind,
        StoredObject stored,
        int wanted,
        Duration minReady,
        long generation,
        LabelSelector selector,
        JsonNode template,
        JsonNode status,
        Regarding regarding) {

    static Replicas of(ReplicaKind kind, StoredObject stored) {
        JsonNode tree = stored.json().tree();
        JsonNode spec = tree.path("spec");
        return new Replicas(
                kind,
                stored,
                spec.path("replicas").asInt(1),
                Duration.ofSeconds(spec.path("minReadySeconds").asInt(0)),
                tree.path("metadata").path("generation").asLong(),
                kind.selector(tree),
                spec.path("template"),
                tree.path("status"),
                Regarding.object(tree));
    }

    OwnerRef asOwner() {
        return OwnerRef.controlledBy(
                kind.apiVersion(), kind.kind(), stored.key().name(), stored.uid());
    }

    boolean selects(StoredObject pod) {
        return !selector.isEmpty() && selector.matches(pod.labels());
    }
}
