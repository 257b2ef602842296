package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerRequest.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The engine's limits for the cpu and memory of a container. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run">How
 *     Kubernetes applies resource requests and limits</a>
 */
public final class ContainerLimits {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long SHARES_PER_CPU = 1024;
    private static final long MICROS_PER_MILLI_CPU = 100;

    private ContainerLimits() {}

    /** The limits, without a score for the end of memory: that does not change while the container runs. */
    public static Limits of(DesiredContainer container) {
        JsonNode resources = container.tree().path("resources");
        @Nullable Quantity cpuLimit = quantity(resources.path("limits").path("cpu"));
        @Nullable Quantity cpuRequest = quantity(resources.path("requests").path("cpu"));
        @Nullable Quantity memoryLimit = quantity(resources.path("limits").path("memory"));
        @Nullable Quantity weight = cpuRequest == null ? cpuLimit : cpuRequest;
        long shares = weight == null ? MIN_SHARES : Math.max(MIN_SHARES, weight.milliValue() * SHARES_PER_CPU / 1000);
        return new Limits(
                (int) Math.min(shares, MAX_SHARES),
                cpuLimit == null ? 0 : Math.max(1000, cpuLimit.milliValue() * MICROS_PER_MILLI_CPU),
                memoryLimit == null ? 0 : Math.max(Limits.LEAST_MEMORY, memoryLimit.longValue()),
                0);
    }

    /** A quota as an amount of cpu. */
    public static String cpu(long quota) {
        return Quantity.ofMillis(quota / MICROS_PER_MILLI_CPU).toString();
    }

    /** A weight as an amount of cpu. */
    public static String cpuOfShares(long shares) {
        return Quantity.ofMillis((shares * 1000 + SHARES_PER_CPU - 1) / SHARES_PER_CPU)
                .toString();
    }

    /** Whether a run has the limits of its container. The engine keeps a limit that is no longer asked for. */
    public static boolean inEffect(DesiredContainer container, Container run) {
        Limits wanted = of(container);
        Limits has = run.limits();
        return wanted.cpuShares() == has.cpuShares()
                && (wanted.cpuQuota() == 0 || wanted.cpuQuota() == has.cpuQuota())
                && (wanted.memoryBytes() == 0 || wanted.memoryBytes() == has.memoryBytes());
    }

    /** Whether the container must run again for what differs from its limits. */
    public static boolean needsRestart(DesiredContainer container, Container run) {
        Limits wanted = of(container);
        Limits has = run.limits();
        boolean cpu = wanted.cpuShares() != has.cpuShares() || wanted.cpuQuota() != has.cpuQuota();
        boolean memory = wanted.memoryBytes() != has.memoryBytes();
        for (JsonNode policy : container.tree().path("resizePolicy")) {
            boolean changed = policy.path("resourceName").asText().equals("cpu") ? cpu : memory;
            if (changed && policy.path("restartPolicy").asText().equals("RestartContainer")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Quantity quantity(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : Quantity.parseOrNull(node.asText());
    }
}
