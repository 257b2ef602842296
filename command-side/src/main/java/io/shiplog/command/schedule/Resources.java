package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongBinaryOperator;

/**
 * Amounts by resource name: cpu in thousandths, all others whole. An absent name is zero.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/">Resource management</a>
 */
record Resources(Map<String, Long> amounts) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String PODS = "pods";
    static final Resources NONE = new Resources(Map.of());

    Resources {
        Map<String, Long> left = new HashMap<>(amounts);
        left.values().removeIf(amount -> amount == 0); // So that equal amounts make equal records.
        amounts = Map.copyOf(left);
    }

    /** Reads a map of quantities; an invalid one counts as zero, since validation admitted it. */
    static Resources of(JsonNode quantities) {
        Map<String, Long> amounts = new HashMap<>();
        quantities.properties().forEach(entry -> {
            Quantity quantity = Quantity.parseOrNull(entry.getValue().asText());
            if (quantity != null) {
                amounts.put(entry.getKey(), entry.getKey().equals(CPU) ? quantity.milliValue() : quantity.longValue());
            }
        });
        return new Resources(amounts);
    }

    long of(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    Set<String> names() {
        return new TreeSet<>(amounts.keySet());
    }

    Resources plus(Resources other) {
        return combined(other, Long::sum);
    }

    Resources minus(Resources other) {
        return combined(other, (a, b) -> a - b);
    }

    /** The maximum of each. */
    Resources max(Resources other) {
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
