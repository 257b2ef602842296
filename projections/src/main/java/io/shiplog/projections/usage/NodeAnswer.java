package io.shiplog.projections.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.usage.Usages.Amounts;
import io.shiplog.projections.usage.Usages.OfNode;
import io.shiplog.projections.usage.Usages.OfPod;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's Summary, read. Pure.
 *
 * @param node null if it has no rate yet
 */
record NodeAnswer(@Nullable OfNode node, List<OfPod> pods) {
    /** Of the node's samples. */
    private static final Duration WINDOW = Duration.ofSeconds(10);

    NodeAnswer {
        pods = List.copyOf(pods);
    }

    /**
     * Reads a Summary. What it says of another node counts for nothing, and neither does a pod that is bound elsewhere, which the caller checks.
     *
     * @param name of the node that was asked
     */
    static NodeAnswer read(String name, JsonNode summary) {
        JsonNode node = summary.path("node");
        Amounts amounts = amounts(node);
        Instant at = time(node);
        OfNode read = amounts == null || at == null ? null : new OfNode(name, at, WINDOW, amounts);
        List<OfPod> pods = new ArrayList<>();
        for (JsonNode each : summary.path("pods")) {
            OfPod pod = pod(each);
            if (pod != null) {
                pods.add(pod);
            }
        }
        return new NodeAnswer(read, pods);
    }

    /** Null unless all its containers have rates: half a pod would look like a small one. */
    private static @Nullable OfPod pod(JsonNode pod) {
        Map<String, Amounts> containers = new HashMap<>();
        Instant oldest = null;
        for (JsonNode each : pod.path("containers")) {
            Amounts amounts = amounts(each);
            Instant at = time(each);
            if (amounts == null || at == null) {
                return null;
            }
            containers.put(each.path("name").asText(), amounts);
            oldest = oldest == null || at.isBefore(oldest) ? at : oldest;
        }
        JsonNode reference = pod.path("podRef");
        return oldest == null
                ? null
                : new OfPod(
                        reference.path("namespace").asText(),
                        reference.path("name").asText(),
                        reference.path("uid").asText(),
                        oldest,
                        WINDOW,
                        containers);
    }

    private static @Nullable Amounts amounts(JsonNode of) {
        JsonNode cores = of.path("cpu").path("usageNanoCores");
        JsonNode memory = of.path("memory").path("workingSetBytes");
        return cores.isNumber() && memory.isNumber() ? new Amounts(cores.asLong(), memory.asLong()) : null;
    }

    private static @Nullable Instant time(JsonNode of) {
        try {
            return Instant.parse(of.path("cpu").path("time").asText());
        } catch (DateTimeException e) {
            return null;
        }
    }
}
