package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of an autoscaler while one plan is made. */
final class ScalingStatus {
    private final JsonNode autoscaler;
    private final Instant now;
    private final ObjectNode status;
    private ArrayNode conditions;
    private String reason = "";
    private String message = "";
    private boolean failed;

    ScalingStatus(JsonNode autoscaler, Instant now) {
        this.autoscaler = autoscaler;
        this.now = now;
        this.status = StatusChange.copyOf(autoscaler.path("status"));
        this.conditions = Conditions.without(status.path("conditions"), "");
    }

    private void condition(String type, boolean holds, String why, String words) {
        conditions = Conditions.with(conditions, Conditions.condition(type, holds ? "True" : "False", why, words, now));
    }

    void able(boolean holds, String why, String words) {
        condition("AbleToScale", holds, why, words);
    }

    void active(boolean holds, String why, String words) {
        failed = !holds && !why.equals("ScalingDisabled");
        condition("ScalingActive", holds, why, words);
    }

    void limits(Limits limits) {
        able(true, limits.able().reason(), limits.able().message());
        condition(
                "ScalingLimited",
                limits.isLimited(),
                limits.limited().reason(),
                limits.limited().message());
    }

    void rescaled(int size) {
        able(true, "SucceededRescale", "the HPA controller was able to update the target scale to " + size);
        status.put("lastScaleTime", Conditions.time(now));
    }

    /** Whether the metrics gave no number: then the desired one stays. */
    boolean failed() {
        return failed;
    }

    void sizes(int current, int desired) {
        status.put("currentReplicas", current).put("desiredReplicas", desired);
    }

    void current(int current) {
        status.put("currentReplicas", current);
    }

    void metrics(ArrayNode metrics) {
        if (metrics.isEmpty()) {
            status.remove("currentMetrics");
        } else {
            status.set("currentMetrics", metrics);
        }
    }

    /** What an Event object will say, if the status changes. */
    void warning(String why, String words) {
        reason = why;
        message = words;
    }

    @Nullable ObjectEvent event(String controller) {
        return reason.isEmpty() ? null : ObjectEvent.warning(Regarding.object(autoscaler), reason, message, controller);
    }

    ObjectNode done() {
        status.put(
                "observedGeneration",
                autoscaler.path("metadata").path("generation").asLong());
        if (!status.has("desiredReplicas")) {
            status.put("desiredReplicas", 0);
        }
        status.set("conditions", conditions);
        return status;
    }
}
