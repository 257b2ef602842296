package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Map;

/**
 * A ReplicaSet as the Deployment's controller sees it.
 *
 * @param wanted spec.replicas
 * @param replicas status.replicas: the existing pods
 */
record ReplicaSetView(
        StoredObject stored,
        JsonNode tree,
        int wanted,
        int replicas,
        int ready,
        int available,
        Instant created,
        Map<String, String> annotations) {

    static ReplicaSetView of(StoredObject stored) {
        JsonNode tree = stored.json().tree();
        JsonNode status = tree.path("status");
        Instant created = Conditions.parse(tree.path("metadata").path("creationTimestamp"));
        return new ReplicaSetView(
                stored,
                tree,
                tree.path("spec").path("replicas").asInt(1),
                status.path("replicas").asInt(),
                status.path("readyReplicas").asInt(),
                status.path("availableReplicas").asInt(),
                created == null ? Instant.EPOCH : created,
                LabelSelector.textMap(tree.path("metadata").path("annotations")));
    }

    /** The same with this number of desired replicas. */
    ReplicaSetView wanting(int next) {
        return new ReplicaSetView(stored, tree, next, replicas, ready, available, created, annotations);
    }

    String name() {
        return stored.key().name();
    }

    /** The number in the history, 0 if it has none. */
    long revision() {
        return Math.min(Long.MAX_VALUE - 1, Annotations.number(annotations.getOrDefault(Annotations.REVISION, ""), 0));
    }

    /** A number in an annotation, or the default. */
    int annotated(String annotation, int otherwise) {
        return (int)
                Math.min(Integer.MAX_VALUE, Annotations.number(annotations.getOrDefault(annotation, ""), otherwise));
    }

    /** Whether the ReplicaSet controller has observed its newest size, so that {@link #replicas} reflects it. */
    boolean observed() {
        return tree.path("metadata").path("generation").asLong()
                <= tree.path("status").path("observedGeneration").asLong();
    }

    /**
     * Whether {@link #available} can only rise: the newest size is observed, and no surplus pod is still to be deleted. Until
     * then some pods that the status counts as available may be the ones that are deleted next.
     */
    boolean settled() {
        return observed() && replicas <= wanted;
    }

    /** Whether it is fully observed and has no pods left. */
    boolean finished() {
        return wanted == 0 && replicas == 0 && !stored.deleting() && observed();
    }
}
