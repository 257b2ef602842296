package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.text.ChangeText;
import io.shiplog.projections.history.undo.UndoPlan;
import io.shiplog.projections.history.undo.UndoRange;
import io.shiplog.projections.history.undo.UndoStep;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code Undo}: reverts what users did, by ordinary commands. {@code {from, to}}: what they did between two revisions, with its
 * consequences. {@code {object, to}} and {@code {namespace, to}}: back to the state of a moment. The answer includes the refusal of
 * each refused command. With {@code dryRun=All} it returns the plan, and which of its commands the cluster would refuse now.
 */
final class UndoQuestion implements Question {
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    private static final int MAX_CAUSES = 100;

    private final LogHistory history;
    private final Moments moments;
    private final ImageSource images;
    private final CommandPort commands;
    private final Gatekeeper gatekeeper;

    UndoQuestion(LogHistory history, Moments moments, ImageSource images, CommandPort commands, Gatekeeper gatekeeper) {
        this.history = history;
        this.moments = moments;
        this.images = images;
        this.commands = commands;
        this.gatekeeper = gatekeeper;
    }

    /** What to undo. */
    private record Stretch(long from, long to, Function<UndoRange, UndoRange.Gathered> gather) {}

    @Override
    public Checked<ObjectNode> answer(Asked asked) {
        Past past = new Past(history, Image.MAIN_SHARD);
        Image now = Past.await(images.newest(Image.MAIN_SHARD));
        return stretch(asked, past, now).then(stretch -> undo(asked, past, now, stretch));
    }

    private Checked<Stretch> stretch(Asked asked, Past past, Image now) {
        boolean ofObject = asked.spec().has("object");
        boolean ofNamespace = asked.spec().has("namespace");
        if ((ofObject ? 1 : 0) + (ofNamespace ? 1 : 0) + (asked.spec().has("from") ? 1 : 0) != 1) {
            return Checked.bad("spec: exactly one of from, object and namespace must be specified");
        }
        if (ofObject) {
            return asked.object("object")
                    .then(object -> object.kind().shard().equals(past.shard())
                            ? backTo(asked, past, now, List.of(ChangeFilter.of(object.key())))
                            : Checked.bad("spec.object: %s cannot be undone"
                                    .formatted(object.kind().plural())));
        }
        if (ofNamespace) {
            String name = asked.spec().path("namespace").asText("");
            if (!asked.namespace().isEmpty() && !asked.namespace().equals(name)) {
                return Checked.bad("spec.namespace: Invalid value: \"%s\": the review was sent to the namespace \"%s\""
                        .formatted(name, asked.namespace()));
            }
            return name.isEmpty()
                    ? Checked.bad("spec.namespace: Required value")
                    : backTo(
                            asked,
                            past,
                            now,
                            List.of(
                                    ChangeFilter.inNamespace(name),
                                    ChangeFilter.of(ObjectKey.clusterScoped(NAMESPACES, name))));
        }
        return between(asked, past);
    }

    private Checked<Stretch> backTo(Asked asked, Past past, Image now, List<ChangeFilter> filters) {
        if (!asked.spec().has("to")) {
            return Checked.bad("spec.to: Required value: the revision or time to go back to");
        }
        return asked.moment("to")
                .then(moment -> moments.to(past, moment))
                .map(to -> new Stretch(to + 1, now.revision(past.shard()), range -> range.all(filters)));
    }

    private Checked<Stretch> between(Asked asked, Past past) {
        String last = asked.spec().has("to") ? "to" : "from";
        ChangeFilter filter =
                asked.namespace().isEmpty() ? ChangeFilter.ALL : ChangeFilter.inNamespace(asked.namespace());
        return asked.moment("from")
                .then(from -> asked.moment(last)
                        .then(to -> moments.from(past, from)
                                .then(first -> moments.to(past, to).then(end -> {
                                    Refusal refusal = from instanceof Moment.AtRevision && first.equals(end)
                                            ? notUsers(past, first, asked.access(), asked.namespace())
                                            : null;
                                    return refusal == null
                                            ? Checked.ok(new Stretch(first, end, range -> range.commands(filter)))
                                            : Checked.refused(refusal);
                                }))));
    }

    /** A single event must be a user's: what the cluster did, it would do again. */
    private static @Nullable Refusal notUsers(Past past, long revision, HistoryAccess access, String namespace) {
        Event event = past.event(revision).orElse(null);
        if (event != null && !access.test(event)) {
            // The same answer for any event: it reveals nothing.
            return Refusal.notFound(ObjectKey.of(ChangeKind.TYPE, namespace, Long.toString(revision)));
        }
        if (event == null) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "the record of revision %d cannot be decoded: what it did cannot be undone".formatted(revision));
        }
        if (Users.asked(event)) {
            return null;
        }
        return Refusal.of(
                Reason.BAD_REQUEST,
                "revision %d is a change that %s made%s: the cluster would repeat it. Undo its cause, which a Cause of the revision names"
                        .formatted(
                                revision,
                                ChangeText.actor(event.actor()),
                                event.causationId() == null ? "" : " in response to " + event.causationId()));
    }

    private Checked<ObjectNode> undo(Asked asked, Past past, Image now, Stretch stretch) {
        AtomicBoolean hidden = new AtomicBoolean();
        UndoRange range = new UndoRange(past, now, stretch.from(), stretch.to(), event -> {
            boolean sees = asked.access().test(event);
            if (!sees) {
                hidden.set(true);
            }
            return sees;
        });
        UndoRange.Gathered gathered;
        try {
            gathered = stretch.gather().apply(range);
        } catch (UndoRange.TooLongException tooLong) {
            return Checked.bad(String.valueOf(tooLong.getMessage()));
        }
        UndoPlan plan = UndoPlan.of(gathered.subjects());
        for (UndoStep step : plan.steps()) {
            for (AccessRequest wanted : wanted(asked, step)) {
                Refusal refusal = gatekeeper.refusal(now, wanted);
                if (refusal != null) {
                    return Checked.refused(refusal);
                }
            }
        }
        List<String> notes = notes(plan, gathered, hidden.get());
        UndoRun run = new UndoRun(
                images,
                commands,
                asked,
                image -> new UndoRange(past, image, stretch.from(), stretch.to(), asked.access()));
        if (asked.dryRun()) {
            return Checked.ok(status(asked, plan, notes, run.refusals(plan.steps())));
        }
        if (!plan.conflicts().isEmpty()) {
            return Checked.refused(conflict(plan.conflicts()));
        }
        return run.all(plan.steps())
                .map(outcome ->
                        status(asked, plan, notes, outcome.refusals()).put("correlation", outcome.correlation()));
    }

    private static List<AccessRequest> wanted(Asked asked, UndoStep step) {
        return switch (step) {
            case UndoStep.Create create -> List.of(wanted(asked, step, "create", ""));
            case UndoStep.Delete delete -> List.of(wanted(asked, step, "delete", ""));
            case UndoStep.Update update ->
                UpdateParts.of(update).stream()
                        .map(part -> wanted(asked, step, "update", part.subresource()))
                        .toList();
        };
    }

    private static AccessRequest wanted(Asked asked, UndoStep step, String verb, String subresource) {
        ObjectKey key = step.key();
        return AccessRequest.resource(
                asked.actor(),
                verb,
                key.type().group(),
                key.type().resource(),
                subresource,
                key.namespace(),
                step instanceof UndoStep.Create ? "" : key.name());
    }

    private static List<String> notes(UndoPlan plan, UndoRange.Gathered gathered, boolean hidden) {
        List<String> notes = new ArrayList<>(plan.notes());
        if (!gathered.unreadable().isEmpty()) {
            notes.add("records that cannot be decoded, revisions %s: what they did is not undone"
                    .formatted(gathered.unreadable()));
        }
        if (hidden) {
            notes.add("changes of objects that you may not read are omitted");
        }
        return notes;
    }

    /** A 409 that names the conflicts, and the users behind them. */
    static Refusal conflict(List<UndoPlan.Conflict> conflicts) {
        List<Cause> causes = conflicts.stream()
                .limit(MAX_CAUSES)
                .map(each -> new Cause(
                        "FieldManagerConflict", sentence(each), each.path().toString()))
                .toList();
        String more = conflicts.size() > 1 ? " (and %d more)".formatted(conflicts.size() - 1) : "";
        return new Refusal(
                Reason.CONFLICT,
                "nothing was undone: %s%s".formatted(sentence(conflicts.getFirst()), more),
                conflicts.getFirst().key(),
                null,
                causes,
                0);
    }

    private static String sentence(UndoPlan.Conflict conflict) {
        return "%s \"%s\": %s"
                .formatted(conflict.key().type().qualified(), conflict.key().name(), conflict.message());
    }

    private static ObjectNode status(Asked asked, UndoPlan plan, List<String> notes, Map<ObjectKey, String> refusals) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        ArrayNode list = status.putArray("commands");
        for (UndoStep step : plan.steps()) {
            ObjectNode command = list.addObject();
            command(command, asked, step);
            String refusal = refusals.get(step.key());
            if (refusal != null) {
                command.put("refusal", refusal);
            }
        }
        ArrayNode conflicts = status.putArray("conflicts");
        for (UndoPlan.Conflict conflict : plan.conflicts()) {
            ObjectNode each = conflicts.addObject();
            each.set("object", ObjectAsked.reference(conflict.key(), asked.kinds()));
            each.put("path", conflict.path().toString()).put("message", conflict.message());
        }
        ArrayNode texts = status.putArray("notes");
        notes.forEach(texts::add);
        return status;
    }

    private static void command(ObjectNode json, Asked asked, UndoStep step) {
        switch (step) {
            case UndoStep.Create create -> json.put("verb", "create");
            case UndoStep.Update update -> json.put("verb", "update");
            case UndoStep.Delete delete -> json.put("verb", "delete");
        }
        json.set("object", ObjectAsked.reference(step.key(), asked.kinds()));
        switch (step) {
            case UndoStep.Create create -> json.set("manifest", create.object());
            case UndoStep.Update update -> ChangeView.fields(json.putArray("fields"), update.fields());
            case UndoStep.Delete delete -> json.put("uid", delete.uid());
        }
    }
}
