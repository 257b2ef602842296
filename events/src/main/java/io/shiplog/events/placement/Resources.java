package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongBinaryOperator;

/**
 * Amounts by resource name: cpu in thousandths, all others whole. An absent name is zero.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/">Resource management</a>
 */
public record Resources(Map<String, Long> amounts) {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";
    public static final String PODS = "pods";
    /** The order in which Kubernetes names resources that lack; all others follow. */
    static final List<String> FIRST = List.of(CPU, MEMORY, "ephemeral-storage");

    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        Map<String, Long> left = new HashMap<>(amounts);
        left.values().removeIf(amount -> amount == 0); // So that equal amounts make equal records.
        amounts = Map.copyOf(left);
    }

    /** Reads a map of quantities; an invalid one counts as zero, since validation admitted it. */
    public static Resources of(JsonNode quantities) {
        Map<String, Long> amounts = new HashMap<>();
        quantities.properties().forEach(entry -> {
            Quantity quantity = Quantity.parseOrNull(entry.getValue().asText());
            if (quantity != null) {
                amounts.put(entry.getKey(), entry.getKey().equals(CPU) ? quantity.milliValue() : quantity.longValue());
            }
        });
        return new Resources(amounts);
    }

    /** The amount of a resource; 0 if it is absent. */
    public long of(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    /** The names of all amounts that are not zero, sorted. */
    public Set<String> names() {
        return new TreeSet<>(amounts.keySet());
    }

    /** The sums; at most {@link Long#MAX_VALUE}, so that two requests beyond all measure do not add up to less than nothing. */
    public Resources plus(Resources other) {
        return combined(other, Resources::sum);
    }

    /** The differences; they may be negative. */
    public Resources minus(Resources other) {
        return combined(other, (a, b) -> sum(a, b == Long.MIN_VALUE ? Long.MAX_VALUE : -b));
    }

    /** The sum; at most {@link Long#MAX_VALUE}, at least {@link Long#MIN_VALUE}. */
    public static long sum(long a, long b) {
        long sum = a + b;
        boolean overflows = ((a ^ sum) & (b ^ sum)) < 0;
        return !overflows ? sum : a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /** The maximum of each. */
    public Resources max(Resources other) {
        return combined(other, Math::max);
    }

    private Resources combined(Resources other, LongBinaryOperator operator) {
        if (other.amounts.isEmpty()) {
            return this;
        }
        Map<String, Long> result = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> result.put(name, operator.applyAsLong(of(name), amount)));
        return new Resources(result);
    }
}
