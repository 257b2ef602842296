package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * NodeMetrics and PodMetrics: read only, and never stored.
 *
 * @see <a href="https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/">Metrics API</a>
 */
public final class MetricsKinds {
    public static final String GROUP = "metrics.k8s.io";
    public static final String VERSION = "v1beta1";

    public static final KindDescription NODES = kind("NodeMetrics", "nodes", Scope.CLUSTER);
    public static final KindDescription PODS = kind("PodMetrics", "pods", Scope.NAMESPACED);

    private MetricsKinds() {}

    private static KindDescription kind(String kind, String plural, Scope scope) {
        return KindDescription.draft(GROUP, VERSION, kind, plural, scope)
                .columns(List.of(
                        MetaColumns.NAME,
                        MetaColumns.text("cpu", "CPU usage", (metrics, now) -> amount(metrics, "cpu")),
                        MetaColumns.text("memory", "Memory usage", (metrics, now) -> amount(metrics, "memory")),
                        MetaColumns.text("window", "Window of the measurement", MetricsKinds::window)))
                .done();
    }

    private static String window(JsonNode metrics, Instant now) {
        return metrics.path("window").asText();
    }

    /** Of a node, or of a pod's containers together. */
    private static String amount(JsonNode metrics, String resource) {
        if (metrics.has("usage")) {
            return metrics.path("usage").path(resource).asText();
        }
        Quantity sum = Quantity.ZERO;
        for (JsonNode container : metrics.path("containers")) {
            Quantity each =
                    Quantity.parseOrNull(container.path("usage").path(resource).asText());
            sum = each == null ? sum : sum.signum() == 0 ? each : sum.plus(each);
        }
        return sum.toString();
    }

    /** Both, for discovery. */
    public static List<KindDescription> all() {
        return List.of(NODES, PODS);
    }

    /** The one with a plural name, or null. */
    public static @Nullable KindDescription of(String plural) {
        return plural.equals("nodes") ? NODES : plural.equals("pods") ? PODS : null;
    }
}
