package io.shiplog.command.kind.autoscaling;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Conversion;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of a HorizontalPodAutoscaler. It has a field for the CPU's utilization; what else version 2 says is kept in annotations.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/v1/conversion.go">conversion.go</a>
 */
final class AutoscalerV1 implements Conversion {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final String TARGET_CPU = "targetCPUUtilizationPercentage";
    private static final String CURRENT_CPU = "currentCPUUtilizationPercentage";

    /** A field of version 1 and its path in version 2. */
    private record Pair(String one, String two) {}

    /** The fields of metric sources, by the field of the metric that holds the source. */
    private static final Map<String, List<Pair>> SOURCES = Map.of(
            "resource",
            List.of(
                    new Pair("name", "name"),
                    new Pair("targetAverageUtilization", "target.averageUtilization"),
                    new Pair("targetAverageValue", "target.averageValue")),
            "containerResource",
            List.of(
                    new Pair("name", "name"),
                    new Pair("targetAverageUtilization", "target.averageUtilization"),
                    new Pair("targetAverageValue", "target.averageValue"),
                    new Pair("container", "container")),
            "pods",
            List.of(
                    new Pair("metricName", "metric.name"),
                    new Pair("targetAverageValue", "target.averageValue"),
                    new Pair("selector", "metric.selector")),
            "object",
            List.of(
                    new Pair("target", "describedObject"),
                    new Pair("metricName", "metric.name"),
                    new Pair("targetValue", "target.value"),
                    new Pair("selector", "metric.selector"),
                    new Pair("averageValue", "target.averageValue")),
            "external",
            List.of(
                    new Pair("metricName", "metric.name"),
                    new Pair("metricSelector", "metric.selector"),
                    new Pair("targetValue", "target.value"),
                    new Pair("targetAverageValue", "target.averageValue")));

    /** The same of what is measured. */
    private static final Map<String, List<Pair>> STATUSES = Map.of(
            "resource",
            List.of(
                    new Pair("name", "name"),
                    new Pair("currentAverageUtilization", "current.averageUtilization"),
                    new Pair("currentAverageValue", "current.averageValue")),
            "containerResource",
            List.of(
                    new Pair("name", "name"),
                    new Pair("currentAverageUtilization", "current.averageUtilization"),
                    new Pair("currentAverageValue", "current.averageValue"),
                    new Pair("container", "container")),
            "pods",
            List.of(
                    new Pair("metricName", "metric.name"),
                    new Pair("currentAverageValue", "current.averageValue"),
                    new Pair("selector", "metric.selector")),
            "object",
            List.of(
                    new Pair("target", "describedObject"),
                    new Pair("metricName", "metric.name"),
                    new Pair("currentValue", "current.value"),
                    new Pair("selector", "metric.selector"),
                    new Pair("averageValue", "current.averageValue")),
            "external",
            List.of(
                    new Pair("metricName", "metric.name"),
                    new Pair("metricSelector", "metric.selector"),
                    new Pair("currentValue", "current.value"),
                    new Pair("currentAverageValue", "current.averageValue")));

    @Override
    public ObjectNode toStored(ObjectNode served) {
        ObjectNode stored = served.deepCopy();
        ObjectNode annotations = annotations(stored);
        if (stored.get("spec") instanceof ObjectNode spec) {
            ArrayNode metrics = metrics(annotations.remove(METRICS), SOURCES);
            JsonNode cpu = spec.remove(TARGET_CPU);
            if (cpu != null) {
                cpuSource(metrics)
                        .putObject("target")
                        .put("type", "Utilization")
                        .set("averageUtilization", cpu);
            }
            if (!metrics.isEmpty()) {
                spec.set("metrics", metrics);
            }
            JsonNode behavior = read(annotations.remove(BEHAVIOR));
            if (behavior.isObject() && !behavior.isEmpty()) {
                spec.set("behavior", renamed(behavior, false));
            }
        }
        if (stored.get("status") instanceof ObjectNode status) {
            ArrayNode metrics = metrics(annotations.remove(CURRENT_METRICS), STATUSES);
            JsonNode cpu = status.remove(CURRENT_CPU);
            if (metrics.isEmpty() && cpu != null) {
                cpuSource(metrics).putObject("current").set("averageUtilization", cpu);
            }
            if (!metrics.isEmpty()) {
                status.set("currentMetrics", metrics);
            }
            JsonNode conditions = read(annotations.remove(CONDITIONS));
            if (conditions.isArray() && !conditions.isEmpty()) {
                status.set("conditions", conditions);
            }
        }
        annotations.remove(List.of(METRICS, BEHAVIOR, CURRENT_METRICS, CONDITIONS));
        dropIfEmpty(stored, annotations);
        return stored;
    }

    @Override
    public ObjectNode fromStored(ObjectNode stored) {
        ObjectNode served = stored.deepCopy();
        ObjectNode annotations = annotations(served);
        if (served.get("spec") instanceof ObjectNode spec) {
            JsonNode metrics = spec.remove("metrics");
            ArrayNode others = Json.MAPPER.createArrayNode();
            for (JsonNode metric : metrics == null ? others : metrics) {
                JsonNode utilization = cpuUtilization(metric, "target");
                if (utilization.isMissingNode()) {
                    others.add(oldForm(metric, SOURCES));
                } else if (!spec.has(TARGET_CPU)) {
                    spec.set(TARGET_CPU, utilization);
                }
            }
            put(annotations, METRICS, others);
            JsonNode behavior = spec.remove("behavior");
            if (behavior != null) {
                put(annotations, BEHAVIOR, renamed(behavior, true));
            }
        }
        if (served.get("status") instanceof ObjectNode status) {
            JsonNode current = status.remove("currentMetrics");
            ArrayNode metrics = Json.MAPPER.createArrayNode();
            for (JsonNode metric : current == null ? metrics : current) {
                JsonNode utilization = cpuUtilization(metric, "current");
                if (!utilization.isMissingNode()) {
                    status.set(CURRENT_CPU, utilization);
                }
                metrics.add(oldForm(metric, STATUSES));
            }
            put(annotations, CURRENT_METRICS, metrics);
            JsonNode conditions = status.remove("conditions");
            if (conditions != null) {
                put(annotations, CONDITIONS, conditions);
            }
            Trees.defaultNumber(status, "currentReplicas", 0);
        }
        dropIfEmpty(served, annotations);
        return served;
    }

    private static ObjectNode annotations(ObjectNode object) {
        return Trees.object(Trees.object(object, "metadata"), "annotations");
    }

    private static void dropIfEmpty(ObjectNode object, ObjectNode annotations) {
        if (annotations.isEmpty()) {
            Trees.object(object, "metadata").remove("annotations");
        }
    }

    private static void put(ObjectNode annotations, String name, JsonNode value) {
        if (!value.isEmpty()) {
            annotations.put(name, Json.of(value).toString());
        }
    }

    private static JsonNode cpuUtilization(JsonNode metric, String part) {
        boolean cpu = text(metric, "type").equals("Resource")
                && text(metric, "resource", "name").equals("cpu");
        return Trees.at(metric, "resource", part, cpu ? "averageUtilization" : "");
    }

    private static ObjectNode cpuSource(ArrayNode metrics) {
        return metrics.addObject().put("type", "Resource").putObject("resource").put("name", "cpu");
    }

    private static ObjectNode oldForm(JsonNode metric, Map<String, List<Pair>> sources) {
        ObjectNode old = Json.MAPPER.createObjectNode();
        old.set("type", metric.path("type"));
        sources.forEach((field, pairs) -> {
            if (metric.path(field).isObject()) {
                ObjectNode source = old.putObject(field);
                for (Pair pair : pairs) {
                    JsonNode value = Trees.at(metric.path(field), pair.two().split("\\."));
                    if (!value.isMissingNode()) {
                        source.set(pair.one(), value);
                    }
                }
            }
        });
        return old;
    }

    private static ArrayNode metrics(@Nullable JsonNode text, Map<String, List<Pair>> sources) {
        ArrayNode metrics = Json.MAPPER.createArrayNode();
        for (JsonNode old : read(text)) {
            ObjectNode metric = metrics.addObject();
            metric.set("type", old.path("type"));
            sources.forEach((field, pairs) -> {
                if (old.path(field).isObject()) {
                    newForm(old.path(field), metric.putObject(field), pairs);
                }
            });
        }
        return metrics;
    }

    private static void newForm(JsonNode old, ObjectNode source, List<Pair> pairs) {
        for (Pair pair : pairs) {
            String[] path = pair.two().split("\\.");
            JsonNode value = old.path(pair.one());
            if (!value.isMissingNode()) {
                (path.length == 1 ? source : Trees.object(source, path[0])).set(path[path.length - 1], value);
            }
        }
        if (source.get("target") instanceof ObjectNode target) {
            target.put(
                    "type",
                    target.has("averageUtilization")
                            ? "Utilization"
                            : target.has("averageValue") ? "AverageValue" : "Value");
        }
    }

    /** Kubernetes writes its internal type here, whose names begin with capitals. */
    private static JsonNode renamed(JsonNode node, boolean capital) {
        if (node instanceof ObjectNode object) {
            ObjectNode other = Json.MAPPER.createObjectNode();
            object.properties().forEach(e -> {
                String first = e.getKey().substring(0, 1);
                String name = (capital ? first.toUpperCase(Locale.ROOT) : first.toLowerCase(Locale.ROOT))
                        + e.getKey().substring(1);
                if (!e.getValue().isNull()) {
                    other.set(name, renamed(e.getValue(), capital));
                }
            });
            return other;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode other = Json.MAPPER.createArrayNode();
            for (Iterator<JsonNode> items = array.elements(); items.hasNext(); ) {
                other.add(renamed(items.next(), capital));
            }
            return other;
        }
        return node;
    }

    /** An annotation's JSON; what is no JSON says nothing, as in Kubernetes. */
    private static JsonNode read(@Nullable JsonNode annotation) {
        if (annotation != null) {
            try {
                return Json.MAPPER.readTree(annotation.asText());
            } catch (IOException e) {
                return Json.MAPPER.missingNode();
            }
        }
        return Json.MAPPER.missingNode();
    }
}
