package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a HorizontalPodAutoscaler decided last, with the numbers by which. Pure. */
final class ScalerVerdict {
    private ScalerVerdict() {}

    static List<String> lines(StoredObject object) {
        JsonNode tree = object.json().tree();
        JsonNode spec = tree.path("spec");
        JsonNode status = tree.path("status");
        JsonNode reference = spec.path("scaleTargetRef");
        String target = reference.path("kind").asText().toLowerCase(Locale.ROOT) + "/"
                + reference.path("name").asText();
        JsonNode able = Words.condition(tree, "AbleToScale");
        JsonNode active = Words.condition(tree, "ScalingActive");
        List<String> lines = new ArrayList<>();
        if (able.isMissingNode()) {
            lines.add("Has not been looked at yet.");
        } else if (able.path("status").asText().equals("False")) {
            lines.add("Cannot scale " + Words.line(target) + ": "
                    + Words.message(able.path("message").asText()) + ".");
        } else if (active.path("status").asText().equals("False")) {
            lines.add("Leaves " + Words.line(target) + " at " + replicas(status) + ": "
                    + Words.message(active.path("message").asText()) + ".");
        } else {
            String numbers = numbers(spec.path("metrics"), status.path("currentMetrics"));
            lines.add("Wants " + replicas(status) + " of " + Words.line(target) + " (it may be "
                    + spec.path("minReplicas").asInt(1) + " to "
                    + spec.path("maxReplicas").asInt() + ")"
                    + (numbers.isEmpty() ? "." : ": " + Words.line(numbers) + "."));
        }
        JsonNode limited = Words.condition(tree, "ScalingLimited");
        if (limited.path("status").asText().equals("True")) {
            lines.add("Limited: " + Words.message(limited.path("message").asText()) + ".");
        }
        if (able.path("reason").asText().endsWith("Stabilized")) {
            lines.add("Waits: " + Words.message(able.path("message").asText()) + ".");
        }
        return lines;
    }

    private static String replicas(JsonNode status) {
        return Words.count(status.path("desiredReplicas").asLong(), "replica");
    }

    /** {@code cpu 80% of the requests (160m a pod), target 50%}. */
    private static String numbers(JsonNode metrics, JsonNode current) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < metrics.size() && i < current.size(); i++) {
            String source = metrics.path(i).path("type").asText().equals("ContainerResource")
                    ? "containerResource"
                    : "resource";
            JsonNode wanted = metrics.path(i).path(source);
            JsonNode now = current.path(i).path(source).path("current");
            if (now.isMissingNode()) {
                continue;
            }
            String container = wanted.path("container").asText("");
            String what = wanted.path("name").asText() + (container.isEmpty() ? "" : " of container " + container);
            JsonNode percent = now.path("averageUtilization");
            words.add(
                    percent.isMissingNode()
                            ? "%s %s a pod, target %s"
                                    .formatted(
                                            what,
                                            now.path("averageValue").asText(),
                                            wanted.path("target")
                                                    .path("averageValue")
                                                    .asText())
                            : "%s %s%% of the requests (%s a pod), target %s%%"
                                    .formatted(
                                            what,
                                            percent.asText(),
                                            now.path("averageValue").asText(),
                                            wanted.path("target")
                                                    .path("averageUtilization")
                                                    .asText()));
        }
        return String.join("; ", words);
    }
}
