package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.placement.EffectiveResources;
import org.jspecify.annotations.Nullable;

/**
 * How far the resize of a pod is. A value.
 *
 * @param pending why the node does not give the pod what it asks for; null if it does
 * @param inProgress that a resize is not in effect yet; null if all are
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/#pod-resize-status">Pod resize
 *     status</a>
 */
public record ResizeStatus(
        @Nullable Condition pending, @Nullable Condition inProgress) {
    /** The condition of a resize that the node has not begun. */
    public static final String PENDING = EffectiveResources.PENDING;

    /** The condition of a resize that the node has begun. */
    public static final String IN_PROGRESS = "PodResizeInProgress";

    public static final ResizeStatus NONE = new ResizeStatus(null, null);

    /** @param generation of the pod that asked for it */
    public record Condition(String reason, String message, long generation) {}

    /** What a status says, for a runner that starts again. */
    public static ResizeStatus of(JsonNode status) {
        return new ResizeStatus(condition(status, PENDING), condition(status, IN_PROGRESS));
    }

    private static @Nullable Condition condition(JsonNode status, String type) {
        for (JsonNode each : status.path("conditions")) {
            if (each.path("type").asText().equals(type)) {
                return new Condition(
                        each.path("reason").asText(""),
                        each.path("message").asText(""),
                        each.path("observedGeneration").asLong());
            }
        }
        return null;
    }

    /** The same with another pending condition. */
    public ResizeStatus withPending(@Nullable Condition next) {
        return new ResizeStatus(next, inProgress);
    }

    /** The same with another resize in progress. */
    public ResizeStatus withProgress(@Nullable Condition next) {
        return new ResizeStatus(pending, next);
    }
}
