package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.blame.ManagedFields;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** An event as a Change. Pure. */
final class ChangeView {
    private ChangeView() {}

    /** A Change without field changes. */
    static ObjectNode of(Event event) {
        JsonNode object = event.object().tree();
        ObjectNode change = blank(event.revision());
        ObjectNode metadata = (ObjectNode) change.path("metadata");
        if (!event.key().namespace().isEmpty()) {
            metadata.put("namespace", event.key().namespace());
        }
        metadata.put(
                "creationTimestamp",
                event.time().truncatedTo(ChronoUnit.SECONDS).toString());
        change.put("time", event.time().toString());
        change.put("type", event.type().toString());
        change.put("verb", event.verb());
        change.put("actor", event.actor());
        if (event.impersonator() != null) {
            change.put("impersonator", event.impersonator());
        }
        change.put("command", event.commandId());
        change.put("cause", event.causationId() == null ? "" : event.causationId());
        change.put("correlation", event.correlationId());
        if (event.previous() != null) {
            change.put("previous", Long.toString(event.previous()));
        }
        reference(change.putObject("object"), event, object);
        change.putObject("record")
                .put("shard", event.shard())
                .put("epoch", event.epoch())
                .put("chain", event.chain());
        return change;
    }

    /** A Change with field changes. */
    static ObjectNode of(PastChange past) {
        ObjectNode change = of(past.event());
        String manager = ManagedFields.ofWrite(past);
        if (!manager.isEmpty()) {
            change.put("fieldManager", manager);
        }
        if (past.previous() != PastChange.UNKNOWN) {
            change.put("previous", Long.toString(past.previous()));
            fields(change.putArray("fields"), FieldDiff.of(past));
        }
        return change;
    }

    /** Adds the position of a Change's record. */
    static void locate(ObjectNode change, RecordPosition position) {
        change.withObject("record")
                .put("topic", position.topic())
                .put("partition", position.partition())
                .put("offset", position.offset());
    }

    /** A Change without known content. */
    static ObjectNode unreadable(String shard, long revision) {
        ObjectNode change = blank(revision);
        change.put("unreadable", "the record of this revision cannot be decoded; it is quarantined and skipped");
        change.putObject("record").put("shard", shard);
        return change;
    }

    private static ObjectNode blank(long revision) {
        ObjectNode change = Json.MAPPER.createObjectNode();
        change.put("apiVersion", ChangeKind.SERVED.apiVersion());
        change.put("kind", ChangeKind.DESCRIPTION.kind());
        change.putObject("metadata")
                .put("name", Long.toString(revision))
                .put("resourceVersion", Long.toString(revision));
        return change;
    }

    private static void reference(ObjectNode reference, Event event, JsonNode object) {
        reference.put("apiVersion", object.path("apiVersion").asText(""));
        reference.put("kind", object.path("kind").asText(""));
        reference.put("group", event.key().type().group());
        reference.put("resource", event.key().type().resource());
        if (!event.key().namespace().isEmpty()) {
            reference.put("namespace", event.key().namespace());
        }
        reference.put("name", event.key().name());
        reference.put("uid", object.path("metadata").path("uid").asText(""));
    }

    /** Field changes as JSON: {@code {path, op, before, after}}. */
    static void fields(ArrayNode array, List<FieldChange> fields) {
        for (FieldChange field : fields) {
            ObjectNode each = array.addObject();
            each.put("path", field.path().toString());
            each.put("op", field.op().word());
            if (field.before() != null) {
                each.set("before", field.before());
            }
            if (field.after() != null) {
                each.set("after", field.after());
            }
        }
    }
}
