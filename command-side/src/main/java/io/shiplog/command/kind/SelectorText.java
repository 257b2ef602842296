package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.MetaColumns;
import java.util.ArrayList;
import java.util.List;

/** A label selector in one line, for tables. */
public final class SelectorText {
    private SelectorText() {}

    /** As {@link #of}, {@code <none>} if it selects everything. */
    public static String orNone(JsonNode selector) {
        String text = of(selector);
        return text.isEmpty() ? MetaColumns.NONE : text;
    }

    /** {@code app=web,tier in (a,b),!legacy}, sorted by key; empty if it selects everything. */
    public static String of(JsonNode selector) {
        record Part(String key, String text) {}
        List<Part> parts = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(e -> parts.add(
                        new Part(e.getKey(), e.getKey() + "=" + e.getValue().asText())));
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String key = requirement.path("key").asText();
            parts.add(new Part(key, requirement(key, requirement)));
        }
        return String.join(
                ",",
                parts.stream()
                        .sorted((a, b) -> a.key().compareTo(b.key()))
                        .map(Part::text)
                        .toList());
    }

    private static String requirement(String key, JsonNode requirement) {
        List<String> values = new ArrayList<>();
        requirement.path("values").forEach(v -> values.add(v.asText()));
        values.sort(null);
        String list = "(" + String.join(",", values) + ")";
        return switch (requirement.path("operator").asText()) {
            case "In" -> key + " in " + list;
            case "NotIn" -> key + " notin " + list;
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            default -> "<invalid>";
        };
    }
}
