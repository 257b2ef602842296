package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Events are one kind in two groups: stored as core/v1, served as events.k8s.io/v1 as well, with other field names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">Event</a>
 */
public final class EventsView {
    /** core/v1 name to events.k8s.io/v1 name. */
    private static final Map<String, String> NEW_NAMES = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "count", "deprecatedCount",
            "reportingComponent", "reportingController");

    private EventsView() {}

    /** The stored field for a field selector of events.k8s.io. */
    public static String storedField(String field) {
        return field.equals("reportingController")
                ? "reportingComponent"
                : field.startsWith("regarding.") ? "involvedObject." + field.substring("regarding.".length()) : field;
    }

    static ObjectNode fromCore(ObjectNode event) {
        NEW_NAMES.forEach((core, renamed) -> rename(event, core, renamed));
        return event.put("apiVersion", "events.k8s.io/v1");
    }

    private static void rename(ObjectNode event, String from, String to) {
        JsonNode value = event.remove(from);
        if (value != null) {
            event.set(to, value);
        }
    }
}
