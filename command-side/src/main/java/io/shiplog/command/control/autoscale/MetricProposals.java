package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.autoscale.ReplicaCount.Target;
import io.shiplog.command.control.autoscale.ReplicaCount.Tolerance;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Quantity;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.usage.Usages;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all metrics of an autoscaler propose. The highest counts; if one cannot be computed, only an addition does. Pure.
 *
 * @param replicas -1 if there is no proposal
 * @param metric the one with the highest proposal, in words
 * @param statuses for {@code status.currentMetrics}
 * @param failure of the first metric that cannot be computed; null if all can
 */
record MetricProposals(
        int replicas,
        String metric,
        ArrayNode statuses,
        @Nullable Failure failure) {
    private static final double DEFAULT_TOLERANCE = 0.1;
    private static final int MILLI = 1000;

    /** @param reason of the condition and the event: {@code FailedGetResourceMetric} */
    record Failure(String reason, String message) {}

    private record Proposal(int replicas, String metric, ObjectNode status) {}

    /** Whether nothing can be done. */
    boolean none() {
        return replicas < 0;
    }

    static MetricProposals of(JsonNode spec, int current, List<StoredObject> pods, Usages usages, Instant now) {
        int highest = 0;
        String metric = "";
        ArrayNode statuses = Json.MAPPER.createArrayNode();
        Failure first = null;
        int failed = 0;
        int valid = 0;
        for (JsonNode each : spec.path("metrics")) {
            try {
                Proposal proposal = of(each, spec, current, pods, usages, now);
                statuses.add(proposal.status());
                valid = statuses.size();
                if (highest == 0 || proposal.replicas() > highest) {
                    highest = proposal.replicas();
                    metric = proposal.metric();
                }
            } catch (NoReplicaCountException e) {
                failed++;
                statuses.addObject().put("type", ""); // kubectl pairs them with the metrics by their places
                first = first == null
                        ? new Failure(
                                "FailedGet" + each.path("type").asText() + "Metric", String.valueOf(e.getMessage()))
                        : first;
            }
        }
        while (statuses.size() > valid) {
            statuses.remove(statuses.size() - 1);
        }
        boolean none = failed == spec.path("metrics").size() || failed > 0 && highest < current;
        return new MetricProposals(none ? -1 : highest, metric, statuses, first);
    }

    private static Proposal of(
            JsonNode metric, JsonNode spec, int current, List<StoredObject> pods, Usages usages, Instant now)
            throws NoReplicaCountException {
        return switch (metric.path("type").asText()) {
            case "Resource" -> ofResource(metric, "resource", "", spec, current, pods, usages, now);
            case "ContainerResource" ->
                ofResource(
                        metric,
                        "containerResource",
                        metric.path("containerResource").path("container").asText(),
                        spec,
                        current,
                        pods,
                        usages,
                        now);
            case "External" ->
                throw new NoReplicaCountException(
                        "unable to get external metric %s: unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered"
                                .formatted(name(metric, "external")));
            case String other ->
                throw new NoReplicaCountException(
                        "unable to get metric %s: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
                                .formatted(name(metric, other.equals("Pods") ? "pods" : "object")));
        };
    }

    private static String name(JsonNode metric, String source) {
        return metric.path(source).path("metric").path("name").asText();
    }

    private static Proposal ofResource(
            JsonNode metric,
            String source,
            String container,
            JsonNode spec,
            int current,
            List<StoredObject> pods,
            Usages usages,
            Instant now)
            throws NoReplicaCountException {
        JsonNode wanted = metric.path(source);
        String resource = wanted.path("name").asText();
        JsonNode value = wanted.path("target").path("averageValue");
        JsonNode utilization = wanted.path("target").path("averageUtilization");
        boolean ofValue = !value.isMissingNode() && !value.isNull();
        Quantity parsed = ofValue ? Quantity.parseOrNull(value.asText()) : null;
        Target target = new Target(
                resource,
                container,
                ofValue ? null : (Integer) utilization.asInt(),
                parsed == null ? 0 : Math.max(1, parsed.milliValue()));
        ReplicaCount count;
        try {
            if (!resource.equals("cpu") && !resource.equals("memory")) {
                throw new NoReplicaCountException(
                        "unable to get metrics for resource %s: no metrics returned from resource metrics API"
                                .formatted(resource));
            }
            count = ReplicaCount.of(
                    current, target, tolerance(spec), pods, Measured.of(pods, usages, resource, container, now), now);
        } catch (NoReplicaCountException e) {
            throw new NoReplicaCountException(
                    "failed to get %s %s: %s".formatted(resource, ofValue ? "usage" : "utilization", e.getMessage()));
        }
        ObjectNode status = Json.MAPPER.createObjectNode();
        ObjectNode of = status.putObject(source).put("name", resource);
        if (!container.isEmpty()) {
            of.put("container", container);
        }
        ObjectNode shown = of.putObject("current");
        if (count.utilization() != null) {
            shown.put("averageUtilization", count.utilization());
        }
        shown.put("averageValue", quantity(resource, count.averageMilli()));
        status.put("type", metric.path("type").asText());
        return new Proposal(count.replicas(), words(resource, container, ofValue), status);
    }

    private static String words(String resource, String container, boolean ofValue) {
        return ofValue
                ? resource + " resource"
                : resource + (container.isEmpty() ? "" : " container")
                        + " resource utilization (percentage of request)";
    }

    private static String quantity(String resource, long milli) {
        return resource.equals("memory")
                ? Quantity.ofBytes(Math.ceilDiv(milli, MILLI)).toString()
                : Quantity.ofMillis(milli).toString();
    }

    /** @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#tolerance">Tolerance</a> */
    private static Tolerance tolerance(JsonNode spec) {
        return new Tolerance(
                share(spec.path("behavior").path("scaleDown")),
                share(spec.path("behavior").path("scaleUp")));
    }

    private static double share(JsonNode rules) {
        Quantity said = Quantity.parseOrNull(rules.path("tolerance").asText(""));
        return said == null ? DEFAULT_TOLERANCE : said.amount().doubleValue();
    }
}
