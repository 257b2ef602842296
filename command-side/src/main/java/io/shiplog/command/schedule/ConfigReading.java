package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A part of a configuration with its path: reads fields, and refuses what is not expected. */
record ConfigReading(JsonNode node, String path) {
    /** Refuses fields that are not known, and those that are known and not supported. */
    void only(Set<String> known, Set<String> unsupported) {
        if (!node.isMissingNode() && !node.isObject()) {
            throw new IllegalArgumentException("%s: must be an object".formatted(path.isEmpty() ? "." : path));
        }
        node.fieldNames().forEachRemaining(field -> {
            if (unsupported.contains(field)) {
                throw refused(field, "is not supported");
            }
            if (!known.contains(field)) {
                throw new IllegalArgumentException("unknown field \"%s\"".formatted(pathOf(field)));
            }
        });
    }

    /** The field of a name; it may be missing. */
    ConfigReading at(String field) {
        return new ConfigReading(node.path(field), pathOf(field));
    }

    /** The items of a list; none if it is missing. */
    List<ConfigReading> list(String field) {
        JsonNode list = node.path(field);
        if (!list.isMissingNode() && !list.isArray()) {
            throw refused(field, "must be a list");
        }
        List<ConfigReading> items = new ArrayList<>();
        for (JsonNode each : list) {
            items.add(new ConfigReading(each, pathOf(field) + "[" + items.size() + "]"));
        }
        return items;
    }

    /** A whole number within bounds; the default if it is missing, whatever the bounds. */
    int number(String field, int otherwise, int least, int most) {
        JsonNode value = node.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
            throw refused(
                    field, "Invalid value: %s: must be a whole number from %d to %d".formatted(value, least, most));
        }
        return value.asInt();
    }

    boolean bool(String field, boolean otherwise) {
        JsonNode value = node.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw refused(field, "must be true or false");
        }
        return value.asBoolean(otherwise);
    }

    /** The texts of a list. */
    List<String> texts(String field) {
        return list(field).stream().map(each -> each.node().asText()).toList();
    }

    IllegalArgumentException refused(String field, String why) {
        return new IllegalArgumentException(pathOf(field) + ": " + why);
    }

    private String pathOf(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
