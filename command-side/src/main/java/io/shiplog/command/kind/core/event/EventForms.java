package io.shiplog.command.kind.core.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Conversion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The two forms of an Event: that of the core group, in which Events are stored in the log, and that of {@code events.k8s.io}. The
 * same object under other field names.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/events/v1/conversion.go">conversion.go</a>
 */
final class EventForms implements Conversion {
    /** Field names of the core form, by those of {@code events.k8s.io}. Other fields have the same name in both. */
    private static final Map<String, String> TO_CORE = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    private static final Map<String, String> TO_EVENTS = inverted();

    private static Map<String, String> inverted() {
        Map<String, String> inverted = new HashMap<>();
        TO_CORE.forEach((events, core) -> inverted.put(core, events));
        return Map.copyOf(inverted);
    }

    @Override
    public ObjectNode toStored(ObjectNode served) {
        return renamed(served, TO_CORE);
    }

    @Override
    public ObjectNode fromStored(ObjectNode stored) {
        ObjectNode event = renamed(stored, TO_EVENTS);
        // The core form writes them always, this one only if they are set.
        for (String field : List.of("reportingController", "reportingInstance")) {
            if (event.path(field).asText("").isEmpty()) {
                event.remove(field);
            }
        }
        return event;
    }

    private static ObjectNode renamed(ObjectNode event, Map<String, String> names) {
        ObjectNode other = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            other.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
        }
        return other;
    }
}
