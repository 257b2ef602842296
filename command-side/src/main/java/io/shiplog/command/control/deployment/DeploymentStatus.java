package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of a Deployment, computed from its ReplicaSets and its previous status.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/progress.go">progress.go</a>
 */
final class DeploymentStatus {
    private static final String PROGRESSING = "Progressing";
    private static final String AVAILABLE_REASON = "NewReplicaSetAvailable";
    private static final String TIMED_OUT_REASON = "ProgressDeadlineExceeded";

    private DeploymentStatus() {}

    /** What the current plan does: the reason of the condition. */
    record Progress(String status, String reason, String message) {}

    static ObjectNode of(Rollout rollout, ReplicaSets sets, @Nullable Progress progress, Instant now) {
        ReplicaSetView newest = sets.newest();
        JsonNode old = rollout.status();
        int available = sets.sum(ReplicaSetView::available);
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("observedGeneration", rollout.generation());
        StatusChange.count(status, "replicas", sets.sum(ReplicaSetView::replicas));
        StatusChange.count(status, "updatedReplicas", newest == null ? 0 : newest.replicas());
        StatusChange.count(status, "readyReplicas", sets.sum(ReplicaSetView::ready));
        StatusChange.count(status, "availableReplicas", available);
        StatusChange.count(status, "unavailableReplicas", Math.max(0, sets.sum(ReplicaSetView::wanted) - available));
        // Known once each ReplicaSet has counted its own.
        if (sets.all().stream().allMatch(set -> set.tree().path("status").has("terminatingReplicas"))) {
            status.put(
                    "terminatingReplicas",
                    sets.sum(set -> set.tree()
                            .path("status")
                            .path("terminatingReplicas")
                            .asInt()));
        }
        if (old.has("collisionCount")) {
            status.set("collisionCount", old.get("collisionCount"));
        }
        ArrayNode conditions = progress(rollout, sets, status, progress, now);
        conditions = set(conditions, availability(rollout, available, now));
        conditions = failure(sets, conditions, now);
        status.set("conditions", conditions);
        return status;
    }

    private static ObjectNode availability(Rollout rollout, int available, Instant now) {
        return available >= rollout.replicas() - rollout.maxUnavailable()
                ? condition(
                        "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
                : condition(
                        "Available",
                        "False",
                        "MinimumReplicasUnavailable",
                        "Deployment does not have minimum availability.",
                        now);
    }

    private static ArrayNode progress(
            Rollout rollout, ReplicaSets sets, ObjectNode status, @Nullable Progress progress, Instant now) {
        JsonNode conditions = rollout.status().path("conditions");
        JsonNode current = Conditions.find(conditions, PROGRESSING);
        if (progress != null) {
            return set(
                    conditions, condition(PROGRESSING, progress.status(), progress.reason(), progress.message(), now));
        }
        boolean done = current.path("reason").asText().equals(AVAILABLE_REASON)
                && status.path("replicas").asInt()
                        == status.path("updatedReplicas").asInt();
        if (rollout.progressDeadline() == null || done || rollout.paused()) {
            return Conditions.without(conditions, "");
        }
        String who = sets.newest() == null
                ? "Deployment \"" + rollout.name() + "\""
                : "ReplicaSet \"" + sets.newest().name() + "\"";
        if (complete(rollout, status)) {
            return set(
                    conditions,
                    condition(PROGRESSING, "True", AVAILABLE_REASON, who + " has successfully progressed.", now));
        }
        if (progressing(rollout.status(), status)) {
            ObjectNode next = condition(PROGRESSING, "True", "ReplicaSetUpdated", who + " is progressing.", now);
            if (current.path("status").asText().equals("True")) {
                next.set("lastTransitionTime", current.get("lastTransitionTime"));
            }
            return replaced(conditions, next); // Also if only the time is new: the deadline counts from it.
        }
        return timedOut(rollout, current, now)
                ? set(
                        conditions,
                        condition(PROGRESSING, "False", TIMED_OUT_REASON, who + " has timed out progressing.", now))
                : Conditions.without(conditions, "");
    }

    static boolean complete(Rollout rollout, JsonNode status) {
        return status.path("updatedReplicas").asInt() == rollout.replicas()
                && status.path("replicas").asInt() == rollout.replicas()
                && status.path("availableReplicas").asInt() == rollout.replicas()
                && status.path("observedGeneration").asLong() >= rollout.generation();
    }

    private static boolean progressing(JsonNode old, JsonNode next) {
        return more(old, next, "updatedReplicas")
                || more(old, next, "readyReplicas")
                || more(old, next, "availableReplicas")
                || outdated(next) < outdated(old);
    }

    private static boolean more(JsonNode old, JsonNode next, String field) {
        return next.path(field).asInt() > old.path(field).asInt();
    }

    private static int outdated(JsonNode status) {
        return status.path("replicas").asInt() - status.path("updatedReplicas").asInt();
    }

    private static boolean timedOut(Rollout rollout, JsonNode current, Instant now) {
        Duration left = untilTimeout(rollout, current, now);
        return left != null && (left.isNegative() || left.isZero());
    }

    /** The time left until the progress deadline; null if no deadline runs. */
    static @Nullable Duration untilTimeout(Rollout rollout, JsonNode current, Instant now) {
        String reason = current.path("reason").asText();
        Instant since = Conditions.parse(current.path("lastUpdateTime"));
        if (rollout.progressDeadline() == null
                || rollout.paused()
                || since == null
                || reason.equals(AVAILABLE_REASON)
                || reason.equals(TIMED_OUT_REASON)) {
            return null;
        }
        return Duration.between(now, since.plus(rollout.progressDeadline()));
    }

    /** A ReplicaSet that cannot create pods fails the Deployment, the newest first. */
    private static ArrayNode failure(ReplicaSets sets, ArrayNode conditions, Instant now) {
        JsonNode found = Json.MAPPER.missingNode();
        for (ReplicaSetView set : sets.all()) {
            JsonNode failure = Conditions.find(set.tree().path("status").path("conditions"), "ReplicaFailure");
            found = failure.isMissingNode() ? found : failure;
        }
        return found.isMissingNode()
                ? Conditions.without(conditions, "ReplicaFailure")
                : set(
                        conditions,
                        condition(
                                "ReplicaFailure",
                                found.path("status").asText(),
                                found.path("reason").asText(),
                                found.path("message").asText(),
                                now));
    }

    static ObjectNode condition(String type, String status, String reason, String message, Instant now) {
        ObjectNode condition = Json.MAPPER.createObjectNode().put("type", type).put("status", status);
        condition.put("lastUpdateTime", Conditions.time(now)).put("lastTransitionTime", Conditions.time(now));
        return condition.put("reason", reason).put("message", message);
    }

    /** As Kubernetes sets a Deployment's condition: unchanged if status and reason stay. */
    private static ArrayNode set(JsonNode conditions, ObjectNode next) {
        JsonNode old = Conditions.find(conditions, next.path("type").asText());
        boolean sameStatus = old.path("status").equals(next.path("status"));
        if (sameStatus && old.path("reason").equals(next.path("reason"))) {
            return Conditions.without(conditions, "");
        }
        if (sameStatus) {
            next.set("lastTransitionTime", old.get("lastTransitionTime"));
        }
        return replaced(conditions, next);
    }

    private static ArrayNode replaced(JsonNode conditions, ObjectNode next) {
        return Conditions.without(conditions, next.path("type").asText()).add(next);
    }
}
