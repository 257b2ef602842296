package io.shiplog.command.kind.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.events.kind.Quantity;
import java.util.Map;
import java.util.TreeMap;

/** Amounts of resources by name: {@code v1.ResourceList}. */
public final class ResourceLists {
    private ResourceLists() {}

    /** Finer amounts than thousandths are rounded up, as Kubernetes does when it sets defaults. */
    public static void round(JsonNode list) {
        if (!(list instanceof ObjectNode amounts)) {
            return;
        }
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            Quantity quantity = Quantity.parseOrNull(amount.getValue().asText());
            if (quantity != null && quantity.amount().stripTrailingZeros().scale() > 3) {
                amount.setValue(TextNode.valueOf(
                        Quantity.ofMillis(quantity.milliValue()).toString()));
            }
        }
    }

    /** The amounts, by name. Texts that are no quantities are left out. */
    public static Map<String, Quantity> of(JsonNode list) {
        Map<String, Quantity> amounts = new TreeMap<>();
        list.properties().forEach(amount -> {
            Quantity quantity = Quantity.parseOrNull(amount.getValue().asText());
            if (quantity != null) {
                amounts.put(amount.getKey(), quantity);
            }
        });
        return amounts;
    }

    /** The amount of one resource, zero if there is none. */
    public static Quantity amount(JsonNode list, String name) {
        Quantity quantity = Quantity.parseOrNull(list.path(name).asText());
        return quantity == null ? Quantity.ZERO : quantity;
    }
}
