package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.undo.UndoPlan;
import io.shiplog.projections.history.undo.UndoRange;
import io.shiplog.projections.history.undo.UndoStep;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends an undo's commands in order, each in the user's name, all with one correlation. Waits for each answer. A refused command stops
 * only those for objects that it owns; if the log cannot be written, the rest is not sent. Another undo does the rest.
 */
final class UndoRun {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    /** Appended to the refusal of a step that is not the first: an address or a quota may be free by then. */
    private static final String MAY_CHANGE = " (unless the commands before it change that)";
    /** How often a change is recomputed if the object changed meanwhile. */
    private static final int MAX_TRIES = 8;
    /** So long all pods together wait for what controllers make in a new namespace: their ServiceAccounts. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ImageSource images;
    private final CommandPort commands;
    private final Question.Asked asked;
    private final Function<Image, UndoRange> range;
    private final String correlation = UUID.randomUUID().toString();
    private final Map<String, String> newUids = new HashMap<>();
    /** The former uids of what could not be made again. */
    private final Set<String> notMade = new HashSet<>();

    /** When pods wait no longer (nanoseconds); null before the first waits. */
    private @Nullable Long deadline;

    private int sent;

    /**
     * What the commands came to.
     *
     * @param correlation that the events of those that were done have
     * @param refusals why a command was not done, by its object
     */
    record Outcome(String correlation, Map<ObjectKey, String> refusals) {}

    /** @param range the range to undo, as of an image */
    UndoRun(ImageSource images, CommandPort commands, Question.Asked asked, Function<Image, UndoRange> range) {
        this.images = images;
        this.commands = commands;
        this.asked = asked;
        this.range = range;
    }

    /** Executes all steps that the cluster accepts; refused if it accepts none. */
    Checked<Outcome> all(List<UndoStep> steps) {
        Map<ObjectKey, String> refusals = new LinkedHashMap<>();
        Refusal first = null;
        Refusal outage = null;
        for (UndoStep step : steps) {
            if (outage != null) {
                refusals.put(step.key(), "not sent: " + outage.message());
            } else if (done(step) instanceof CommandResult.Refused(Refusal refusal, var unused)) {
                refusals.put(step.key(), refusal.message());
                first = first == null ? refusal : first;
                outage = isOutage(refusal) ? refusal : null;
            }
        }
        return first != null && refusals.size() == steps.size()
                ? Checked.refused(first)
                : Checked.ok(new Outcome(correlation, refusals));
    }

    private CommandResult done(UndoStep step) {
        return switch (step) {
            case UndoStep.Create create -> create(create);
            case UndoStep.Update update -> update(update);
            case UndoStep.Delete delete -> delete(delete);
        };
    }

    private static boolean isOutage(Refusal refusal) {
        return switch (refusal.reason().retry()) {
            case LATER, WITH_NEXT_WRITER -> true;
            case NEVER, WITH_NEWER_STATE, AFTER_FAULT -> false;
        };
    }

    /**
     * Dry-runs each step. A step in a namespace that an earlier step creates cannot be tested.
     *
     * @return why a step would be refused, by its object
     */
    Map<ObjectKey, String> refusals(List<UndoStep> steps) {
        Map<ObjectKey, String> refusals = new LinkedHashMap<>();
        Set<String> made = new HashSet<>();
        boolean first = true;
        for (UndoStep step : steps) {
            ObjectKey key = step.key();
            if (step instanceof UndoStep.Create && key.type().equals(NAMESPACES)) {
                made.add(key.name());
            }
            if (!made.contains(key.namespace())
                    && tried(step) instanceof CommandResult.Refused(Refusal refusal, var unused)) {
                refusals.put(key, first ? refusal.message() : refusal.message() + MAY_CHANGE);
            }
            first = false;
        }
        return refusals;
    }

    private CommandResult tried(UndoStep step) {
        return switch (step) {
            case UndoStep.Create create -> tried(creation(create));
            case UndoStep.Delete delete -> tried(deletion(delete));
            case UndoStep.Update update -> {
                List<ReplaceObject> parts = UpdateParts.of(update);
                CommandResult result = tried(parts.getFirst());
                yield result instanceof CommandResult.Accepted && parts.size() > 1 ? tried(parts.getLast()) : result;
            }
        };
    }

    private CommandResult tried(Command command) {
        String id = UUID.randomUUID().toString();
        return Past.await(commands.send(
                new CommandRequest(id, asked.actor(), null, id, true, "", asked.fieldManager(), command)));
    }

    private CommandResult send(Command command) {
        // The first command is the root of them all.
        String id = sent++ == 0 ? correlation : UUID.randomUUID().toString();
        return Past.await(commands.send(
                new CommandRequest(id, asked.actor(), null, correlation, false, "", asked.fieldManager(), command)));
    }

    private Command creation(UndoStep.Create step) {
        ObjectKey key = step.key();
        Json body = Json.of(withCurrentOwners(step.object(), key.namespace()));
        return new CreateObject(key.type(), key.namespace(), body, FieldValidation.WARN);
    }

    private static Command deletion(UndoStep.Delete step) {
        return new DeleteObject(step.key(), new Preconditions(step.uid(), null), null, null);
    }

    private CommandResult create(UndoStep.Create step) {
        ObjectKey key = step.key();
        Command command = creation(step);
        Refusal withoutOwner = withoutOwner(step);
        CommandResult result = withoutOwner == null ? send(command) : new CommandResult.Refused(withoutOwner);
        while (withoutOwner == null && key.type().equals(PODS) && isForbidden(result) && awaitNext()) {
            result = send(command);
        }
        if (result instanceof CommandResult.Accepted accepted) {
            newUids.put(step.uid(), uid(accepted.object().tree()));
        } else {
            notMade.add(step.uid());
        }
        return result;
    }

    /** Why an object is not made again: one of its owners was not, and without it the object would never be collected. */
    private @Nullable Refusal withoutOwner(UndoStep.Create step) {
        for (JsonNode owner : step.object().path("metadata").path("ownerReferences")) {
            if (notMade.contains(owner.path("uid").asText())) {
                return Refusal.of(
                        Reason.CONFLICT,
                        "not sent: its owner, %s \"%s\", was not recreated"
                                .formatted(
                                        owner.path("kind").asText(),
                                        owner.path("name").asText()));
            }
        }
        return null;
    }

    private static boolean isForbidden(CommandResult result) {
        return result instanceof CommandResult.Refused(Refusal refusal, var unused)
                && refusal.reason() == Reason.FORBIDDEN;
    }

    /** Waits for the next event; false if none came in time, or the run has waited long enough. */
    private boolean awaitNext() {
        if (deadline == null) {
            deadline = System.nanoTime() + PATIENCE.toNanos();
        }
        long next = images.current().revision(Image.MAIN_SHARD) + 1;
        try {
            images.atLeast(Image.MAIN_SHARD, next)
                    .toCompletableFuture()
                    .copy()
                    .orTimeout(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
                    .join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return false;
            }
            throw e;
        }
    }

    private CommandResult update(UndoStep.Update first) {
        UndoStep.Update step = first;
        for (int tries = 1; ; tries++) {
            CommandResult result = sendInOrder(UpdateParts.of(step));
            if (!(result instanceof CommandResult.Refused(Refusal refusal, var unused))
                    || refusal.reason() != Reason.CONFLICT
                    || tries == MAX_TRIES) {
                return result;
            }
            Image now = Past.await(images.newest(Image.MAIN_SHARD));
            UndoPlan again = UndoPlan.of(List.of(range.apply(now).again(step.subject())));
            if (!again.conflicts().isEmpty()) {
                return new CommandResult.Refused(UndoQuestion.conflict(again.conflicts()));
            }
            if (again.steps().isEmpty() || !(again.steps().getFirst() instanceof UndoStep.Update next)) {
                return result;
            }
            step = next;
        }
    }

    private CommandResult sendInOrder(List<ReplaceObject> parts) {
        CommandResult result = send(parts.getFirst());
        for (ReplaceObject next : parts.subList(1, parts.size())) {
            if (!(result instanceof CommandResult.Accepted accepted)) {
                return result;
            }
            result = send(UpdateParts.upon(accepted.object(), next));
        }
        return result;
    }

    private CommandResult delete(UndoStep.Delete step) {
        return send(deletion(step));
    }

    /** Recreated owners have other uids; a missing owner would delete the object again. */
    private JsonNode withCurrentOwners(JsonNode object, String namespace) {
        if (!(object.path("metadata").path("ownerReferences") instanceof ArrayNode owners)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = (ObjectNode) copy.path("metadata");
        metadata.remove("ownerReferences");
        ArrayNode kept = Json.MAPPER.createArrayNode();
        for (JsonNode owner : owners) {
            String uid = newUids.get(owner.path("uid").asText());
            if (uid != null) {
                kept.add(owner.<ObjectNode>deepCopy().put("uid", uid));
            } else if (isThere(owner, namespace)) {
                kept.add(owner);
            }
        }
        if (!kept.isEmpty()) {
            metadata.set("ownerReferences", kept);
        }
        return copy;
    }

    private boolean isThere(JsonNode owner, String namespace) {
        KindDescription kind = asked.kinds()
                .byKind(
                        ResourceType.groupOf(owner.path("apiVersion").asText()),
                        owner.path("kind").asText());
        if (kind == null) {
            return true; // decided elsewhere
        }
        ObjectKey key = ObjectKey.of(
                kind.storedAs(),
                kind.namespaced() ? namespace : "",
                owner.path("name").asText());
        StoredObject stored = images.current().get(key);
        return stored != null && stored.uid().equals(owner.path("uid").asText());
    }

    private static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText("");
    }
}
