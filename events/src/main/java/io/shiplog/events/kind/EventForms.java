package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The two forms of an Event: that of the core group, in which Events are stored in the log, and that of {@code events.k8s.io}. The
 * same object under other field names.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/events/v1/conversion.go">conversion.go</a>
 */
public final class EventForms {
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

    private EventForms() {}

    private static Map<String, String> inverted() {
        Map<String, String> inverted = new HashMap<>();
        TO_CORE.forEach((events, core) -> inverted.put(core, events));
        return Map.copyOf(inverted);
    }

    /** An Event of {@code events.k8s.io} as one of the core group: a new tree that shares its branches. */
    public static ObjectNode toCore(ObjectNode event) {
        return renamed(event, TO_CORE, "v1");
    }

    /** An Event of the core group as one of {@code events.k8s.io}: a new tree that shares its branches. */
    public static ObjectNode toEvents(ObjectNode event) {
        return renamed(event, TO_EVENTS, "events.k8s.io/v1");
    }

    private static ObjectNode renamed(ObjectNode event, Map<String, String> names, String apiVersion) {
        ObjectNode other = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            other.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
        }
        other.put("apiVersion", apiVersion);
        other.put("kind", "Event");
        return other;
    }
}
