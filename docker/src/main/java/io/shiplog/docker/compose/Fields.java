package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A mapping of a Compose file while it is converted: what was not read is named at the end, so that nothing is lost silently. */
final class Fields {
    private final JsonNode node;
    private final String path;
    private final Consumer<String> notes;
    private final Set<String> taken = new HashSet<>();

    Fields(JsonNode node, String path, Consumer<String> notes) {
        this.node = node;
        this.path = path;
        this.notes = notes;
    }

    /** A value; missing if it is not there. */
    JsonNode take(String key) {
        taken.add(key);
        JsonNode value = node.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    Optional<String> text(String key) {
        JsonNode value = take(key);
        return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
    }

    boolean flag(String key) {
        return take(key).asBoolean(false);
    }

    Fields nested(String key) {
        return new Fields(take(key), path(key), notes);
    }

    /** The place of a value, for messages. */
    String path(String key) {
        return path + "." + key;
    }

    /** Names a value that has no equivalent, and why. */
    void drop(String key, String why) {
        JsonNode value = take(key);
        if (!value.isMissingNode()) {
            notes.accept("%s: %s".formatted(path(key), why));
        }
    }

    /** Names what was not taken. */
    void close() {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(each -> {
                if (!taken.contains(each.getKey()) && !each.getKey().startsWith("x-")) {
                    notes.accept(path(each.getKey()) + ": has no equivalent and is left out");
                }
            });
        }
    }
}
