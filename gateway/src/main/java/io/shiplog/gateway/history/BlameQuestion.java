package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.blame.Blame;
import io.shiplog.projections.history.blame.ManagedFields;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code Blame}: who last set each field of an object, in its current, an earlier or its last state. */
final class BlameQuestion implements Question {
    private final LogHistory history;
    private final Moments moments;

    BlameQuestion(LogHistory history, Moments moments) {
        this.history = history;
        this.moments = moments;
    }

    @Override
    public Checked<ObjectNode> answer(Asked asked) {
        return asked.object("object")
                .then(object -> asked.at().then(moment -> {
                    Past past = new Past(history, object.kind().shard());
                    return moments.to(past, moment).then(upTo -> blame(past, object, upTo, asked.access()));
                }));
    }

    private static Checked<ObjectNode> blame(Past past, ObjectAsked object, long upTo, HistoryAccess access) {
        Walk walk = new Walk();
        past.life(object.key(), object.uid(), upTo, walk);
        PastChange newest = walk.newest;
        Blame blame = walk.blame;
        return newest == null || blame == null || !access.test(newest.event())
                ? Checked.refused(Refusal.notFound(object.served()))
                : Checked.ok(status(newest, blame));
    }

    /** Starts with the state after the newest change and blames that change and the ones before. */
    private static final class Walk implements Predicate<PastChange> {
        private @Nullable PastChange newest;
        private @Nullable Blame blame;

        @Override
        public boolean test(PastChange change) {
            if (change.event().type().isAccess()) {
                return true;
            }
            if (newest == null || blame == null) {
                newest = change;
                blame = new Blame(change.event().object().tree());
                if (change.event().type().removes()) {
                    return true; // the value is the last state: the event itself set none of it
                }
            }
            blame.older(change);
            return blame.isOpen();
        }
    }

    private static ObjectNode status(PastChange newest, Blame blame) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("revision", Long.toString(newest.revision()));
        status.put("deleted", newest.event().type().removes());
        status.set("object", newest.event().object().tree());
        ArrayNode fields = status.putArray("fields");
        for (Blame.Blamed blamed : blame.result()) {
            ObjectNode field = fields.addObject();
            field.put("path", blamed.path().toString());
            field.put("pointer", blamed.pointer().toString());
            Event event = blamed.event();
            if (event != null) {
                put(field, event, newest, blamed);
            }
            if (!blamed.lines().isEmpty()) {
                ArrayNode lines = field.putArray("lines");
                blamed.lines().forEach(line -> {
                    ObjectNode each = lines.addObject();
                    line.ifPresent(known -> put(each, known, newest, blamed));
                });
            }
        }
        return status;
    }

    private static void put(ObjectNode field, Event event, PastChange newest, Blame.Blamed blamed) {
        field.put("revision", Long.toString(event.revision()));
        field.put("time", event.time().toString());
        field.put("actor", event.actor());
        if (event.impersonator() != null) {
            field.put("impersonator", event.impersonator());
        }
        field.put("verb", event.verb());
        field.put("type", event.type().toString());
        field.put("command", event.commandId());
        String manager = ManagedFields.ofValue(event, newest.event().object().tree(), blamed.pointer());
        if (!manager.isEmpty()) {
            field.put("fieldManager", manager);
        }
    }
}
