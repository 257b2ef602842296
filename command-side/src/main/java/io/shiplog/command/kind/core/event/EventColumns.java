package io.shiplog.command.kind.core.event;

import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.HumanDuration;
import io.shiplog.events.kind.MetaColumns;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The columns of {@code kubectl get events}, from the core group's form, in which Events of both groups are stored. */
public final class EventColumns {
    static final List<Column> ALL = List.of(
            text(
                    "Last Seen",
                    "The time at which the most recent occurrence of this event was recorded.",
                    EventColumns::lastSeen),
            text(
                    "Type",
                    "Type of this event (Normal, Warning), new types could be added in the future",
                    (event, now) -> event.path("type").asText()),
            text(
                    "Reason",
                    "This should be a short, machine understandable string that gives the reason for the transition into the"
                            + " object's current status.",
                    (event, now) -> event.path("reason").asText()),
            text("Object", "The object that this event is about.", (event, now) -> target(event)),
            wide(
                    "Subobject",
                    "If referring to a piece of an object instead of an entire object, this string should contain a valid"
                            + " JSON/Go field access statement.",
                    (event, now) ->
                            event.path("involvedObject").path("fieldPath").asText()),
            wide(
                    "Source",
                    "The component reporting this event. Should be a short machine understandable string.",
                    (event, now) -> source(event)),
            text(
                    "Message",
                    "A human-readable description of the status of this operation.",
                    (event, now) -> event.path("message").asText().strip()),
            wide("First Seen", "The time at which the event was first recorded.", EventColumns::firstSeen),
            wide("Count", "The number of times this event has occurred.", (event, now) -> count(event)),
            new Column("Name", "string", "name", MetaColumns.NAME.description(), 1, MetaColumns.NAME.cell()));

    private EventColumns() {}

    private static String firstSeen(JsonNode event, Instant now) {
        String first = event.path("firstTimestamp").asText("");
        return HumanDuration.since(
                first.isEmpty() || first.equals("null")
                        ? event.path("eventTime").asText("")
                        : first,
                now);
    }

    private static String lastSeen(JsonNode event, Instant now) {
        if (event.path("series").isObject()) {
            return HumanDuration.since(
                    event.path("series").path("lastObservedTime").asText(""), now);
        }
        String last = event.path("lastTimestamp").asText("");
        return last.isEmpty() || last.equals("null") ? firstSeen(event, now) : HumanDuration.since(last, now);
    }

    private static long count(JsonNode event) {
        if (event.path("series").isObject()) {
            return event.path("series").path("count").asLong();
        }
        return Math.max(1, event.path("count").asLong());
    }

    private static String target(JsonNode event) {
        JsonNode involved = event.path("involvedObject");
        String kind = involved.path("kind").asText().toLowerCase(Locale.ROOT);
        String name = involved.path("name").asText();
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonNode event) {
        String component = textOr(
                event.path("source").path("component"),
                event.path("reportingComponent").asText());
        String host = textOr(
                event.path("source").path("host"),
                event.path("reportingInstance").asText());
        return host.isEmpty() ? component : component + ", " + host;
    }
}
