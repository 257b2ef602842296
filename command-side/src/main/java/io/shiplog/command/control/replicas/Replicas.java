package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;

/**
 * A ReplicaSet or ReplicationController as its controller sees it.
 *
 * @param tree the parsed object; read only
 */
record Replicas(
        ReplicaKind kind, StoredObject stored, JsonNode tree, int wanted, Duration minReady, LabelSelector selector) {

    static Replicas of(ReplicaKind kind, StoredObject stored) {
        JsonNode tree = stored.json().tree();
        JsonNode spec = tree.path("spec");
        return new Replicas(
                kind,
                stored,
                tree,
                spec.path("replicas").asInt(1),
                Duration.ofSeconds(spec.path("minReadySeconds").asInt(0)),
                kind.selector(tree));
    }

    /** The pod template; read only. */
    JsonNode template() {
        return tree.path("spec").path("template");
    }

    /** Its status now; read only. */
    JsonNode status() {
        return tree.path("status");
    }

    long generation() {
        return tree.path("metadata").path("generation").asLong();
    }

    Regarding regarding() {
        return Regarding.object(tree);
    }

    OwnerRef asOwner() {
        return OwnerRef.controlledBy(
                kind.apiVersion(), kind.kind(), stored.key().name(), stored.uid());
    }

    boolean selects(StoredObject pod) {
        return !selector.isEmpty() && selector.matches(pod.labels());
    }
}
