package io.shiplog.command.kind.autoscaling;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import java.util.ArrayList;
import java.util.List;

/** The columns of {@code kubectl get hpa}. */
final class AutoscalerColumns {
    private static final int SHOWN = 2;

    static final List<Column> ALL = List.of(
            MetaColumns.NAME,
            text(
                    "Reference",
                    "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be"
                            + " collected, as well as to actually change the replica count.",
                    (object, now) -> Trees.text(object, "spec", "scaleTargetRef", "kind") + "/"
                            + Trees.text(object, "spec", "scaleTargetRef", "name")),
            text(
                    "Targets",
                    "metrics contains the specifications for which to use to calculate the desired replica count (the maximum"
                            + " replica count across all metrics will be used).",
                    (object, now) -> metrics(object)),
            text(
                    "MinPods",
                    "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It"
                            + " defaults to 1 pod.",
                    (object, now) -> MetaColumns.textOr(Trees.at(object, "spec", "minReplicas"), MetaColumns.UNSET)),
            text(
                    "MaxPods",
                    "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot"
                            + " be less that minReplicas.",
                    (object, now) -> Trees.at(object, "spec", "maxReplicas").asLong()),
            text(
                    "Replicas",
                    "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the"
                            + " autoscaler.",
                    (object, now) ->
                            Trees.at(object, "status", "currentReplicas").asLong()),
            MetaColumns.AGE);

    private AutoscalerColumns() {}

    /** Each metric as {@code current/target}, the first two of them. */
    private static String metrics(JsonNode object) {
        JsonNode specs = Trees.at(object, "spec", "metrics");
        JsonNode statuses = Trees.at(object, "status", "currentMetrics");
        List<String> shown = new ArrayList<>();
        for (int index = 0; index < Math.min(SHOWN, specs.size()); index++) {
            shown.add(metric(specs.path(index), statuses.path(index)));
        }
        if (shown.isEmpty()) {
            return MetaColumns.NONE;
        }
        String text = String.join(", ", shown);
        return specs.size() > SHOWN ? text + " + " + (specs.size() - SHOWN) + " more..." : text;
    }

    private static String metric(JsonNode spec, JsonNode status) {
        return switch (Trees.text(spec, "type")) {
            case "External" -> valueOrAverage(spec.path("external"), status.path("external"));
            case "Object" -> valueOrAverage(spec.path("object"), status.path("object"));
            case "Pods" ->
                current(status.path("pods"), "averageValue") + "/" + Trees.text(spec, "pods", "target", "averageValue");
            case "Resource" -> resource(spec.path("resource"), status.path("resource"));
            case "ContainerResource" -> resource(spec.path("containerResource"), status.path("containerResource"));
            default -> "<unknown type>";
        };
    }

    private static String current(JsonNode status, String field) {
        return MetaColumns.textOr(Trees.at(status, "current", field), MetaColumns.UNKNOWN);
    }

    private static String valueOrAverage(JsonNode spec, JsonNode status) {
        JsonNode target = spec.path("target");
        return target.has("averageValue")
                ? current(status, "averageValue") + "/" + Trees.text(target, "averageValue") + " (avg)"
                : current(status, "value") + "/" + Trees.text(target, "value");
    }

    private static String resource(JsonNode spec, JsonNode status) {
        JsonNode target = spec.path("target");
        String name = Trees.text(spec, "name") + ": ";
        if (target.has("averageValue")) {
            return name + current(status, "averageValue") + "/" + Trees.text(target, "averageValue");
        }
        JsonNode utilization = Trees.at(status, "current", "averageUtilization");
        String now = utilization.isNumber() ? utilization.asInt() + "%" : MetaColumns.UNKNOWN;
        JsonNode wanted = target.path("averageUtilization");
        return name + now + "/" + (wanted.isNumber() ? wanted.asInt() + "%" : "<auto>");
    }
}
