package io.shiplog.command.control.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.view.Edits;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Shredding;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes a KeyRotation without a phase and records the result in its status. Idempotent: if the process dies in the middle,
 * the next one repeats the rotation.
 */
public final class KeyRotations implements Driven {
    /** The type of the objects that request a rotation. */
    public static final ResourceType TYPE = new ResourceType("keys.shiplog.io", "keyrotations");

    private static final Actor ACTOR = Actor.controller("key-rotation-controller");
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotations.class);

    private final Supplier<Image> images;
    private final CommandPort port;
    private final Keyring keys;
    private final LogHistory history;
    private final Executor answers;
    private final InstantSource clock;
    private final Backoff backoff;

    private final Set<ObjectKey> ready = new LinkedHashSet<>();
    private final Map<ObjectKey, Instant> later = new HashMap<>();
    private final Map<ObjectKey, Integer> failures = new HashMap<>();

    /** Why a rotation is refused. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private RefusedException(String why) {
            super(why);
        }
    }

    /**
     * @param history has the keys of all deleted objects
     * @param answers runs answers on the driving thread
     */
    public KeyRotations(
            Supplier<Image> images,
            CommandPort port,
            Keyring keys,
            LogHistory history,
            Executor answers,
            InstantSource clock,
            Backoff backoff) {
        this.images = images;
        this.port = port;
        this.keys = keys;
        this.history = history;
        this.answers = answers;
        this.clock = clock;
        this.backoff = backoff;
    }

    @Override
    public void restart() {
        stop();
        images.get().list(TYPE).forEach(each -> ready.add(each.key()));
    }

    @Override
    public void stop() {
        ready.clear();
        later.clear();
        failures.clear();
    }

    @Override
    public void observe(ImageDelta delta) {
        delta.changes().stream()
                .map(change -> change.after().key())
                .filter(key -> key.type().equals(TYPE) && !later.containsKey(key))
                .forEach(ready::add);
    }

    @Override
    public boolean advance() {
        Instant now = clock.instant();
        later.forEach((key, at) -> {
            if (!at.isAfter(now)) {
                ready.add(key);
            }
        });
        later.keySet().removeAll(ready);
        if (ready.isEmpty()) {
            return false;
        }
        ObjectKey key = ready.iterator().next();
        ready.remove(key);
        StoredObject rotation = images.get().get(key);
        if (rotation != null && !rotation.json().tree().path("status").has("phase")) {
            carryOut(rotation, now.truncatedTo(ChronoUnit.SECONDS));
        }
        return true;
    }

    @Override
    public @Nullable Instant nextAppointment() {
        return later.values().stream().min(Instant::compareTo).orElse(null);
    }

    private void carryOut(StoredObject rotation, Instant now) {
        ObjectNode status;
        try {
            status = done(rotation, now);
        } catch (RefusedException | IllegalStateException e) {
            LOG.warn("{} is not done: {}", rotation.key(), e.getMessage());
            status = status("Failed", now).put("message", e.getMessage());
        } catch (LogUnavailableException e) {
            LOG.warn("{} has to wait: {}", rotation.key(), e.getMessage());
            again(rotation.key());
            return;
        } catch (RuntimeException e) {
            LOG.error("{} failed, and is tried again", rotation.key(), e);
            again(rotation.key());
            return;
        }
        port.send(CommandRequest.because(
                        ACTOR,
                        Image.MAIN_SHARD + "/" + rotation.revision(),
                        rotation.correlationId(),
                        Edits.patchStatus(rotation, status)))
                .whenComplete((result, failure) -> answers.execute(() -> answered(rotation.key(), result, failure)));
    }

    private void answered(ObjectKey key, @Nullable CommandResult result, @Nullable Throwable failure) {
        if (result instanceof CommandResult.Accepted) {
            failures.remove(key);
        } else if (images.get().get(key) != null) {
            LOG.warn(
                    "what was done for {} is not recorded yet: {}", key, failure == null ? result : failure.toString());
            again(key);
        }
    }

    private void again(ObjectKey key) {
        int count = failures.merge(key, 1, Integer::sum);
        later.put(key, clock.instant().plus(backoff.after(count)));
    }

    private ObjectNode done(StoredObject rotation, Instant now) throws RefusedException {
        boolean dryRun = isDryRun(rotation.json().tree());
        ArrayNode shredded = Json.MAPPER.createArrayNode();
        Set<String> keyIds = new TreeSet<>();
        for (ShredTarget target : ShredTarget.of(rotation.json().tree())) {
            for (PastLife life : past(target, dryRun)) {
                shredded.add(life.json(target));
                keyIds.addAll(life.keyIds());
            }
        }
        if (dryRun) {
            return status("Checked", now);
        }
        Keyring.Rotation done = keys.rotate(keyIds, new Shredding(now, rotation.revision()));
        ObjectNode status =
                status("Done", now).put("keyEncryptionKey", done.fingerprint()).put("keys", done.keys());
        if (!shredded.isEmpty()) {
            status.set("shredded", shredded);
        }
        return status;
    }

    private static boolean isDryRun(JsonNode rotation) {
        return rotation.path("spec").path("dryRun").asBoolean();
    }

    private static ObjectNode status(String phase, Instant now) {
        return Json.MAPPER.createObjectNode().put("phase", phase).put("time", now.toString());
    }

    /** The selected deleted objects; for a dry run also those that still exist. */
    private List<PastLife> past(ShredTarget target, boolean dryRun) throws RefusedException {
        KindDescription kind = images.get().kinds().byKind(target.group(), target.kind());
        if (kind == null) {
            throw new RefusedException("there is no kind %s in %s".formatted(target.kind(), target.apiVersion()));
        }
        ObjectKey key = ObjectKey.of(kind.storedAs(), target.namespace(), target.name());
        List<PastLife> meant = PastLife.of(events(kind.shard(), key)).stream()
                .filter(target::means)
                .toList();
        StoredObject alive = images.get().get(key);
        List<PastLife> gone = meant.stream()
                .filter(life -> dryRun || alive == null || !life.uid().equals(alive.uid()))
                .toList();
        if (gone.isEmpty()) {
            throw new RefusedException(
                    meant.isEmpty()
                            ? "the log has no %s%s"
                                    .formatted(target, target.uid().isEmpty() ? "" : " with uid " + target.uid())
                            : "%s still exists: delete it first".formatted(target));
        }
        if (gone.stream().allMatch(life -> life.sealed() == 0)) {
            throw new RefusedException(
                    "every event of %s was written before its kind was encrypted: there is no key to destroy"
                            .formatted(target));
        }
        return gone;
    }

    private List<Event> events(String shard, ObjectKey key) {
        try {
            LogHistory.Span span = history.span(shard).toCompletableFuture().join();
            List<Event> events = new ArrayList<>();
            ChangeQuery query = ChangeQuery.oldestFirst(shard, span.oldest(), span.newest(), ChangeFilter.of(key));
            ChangePage page;
            do {
                page = history.page(query, LogHistory.MAX_PAGE)
                        .toCompletableFuture()
                        .join();
                events.addAll(page.events());
                query = query.goingOn(page.next());
            } while (!page.last());
            return events;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
