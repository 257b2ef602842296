package io.shiplog.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides just enough to test the gateway: names, uids, optimistic concurrency, no defaults and no validation. Every patch is
 * taken as a merge patch, or as a JSON patch of {@code replace} and {@code add} operations.
 */
final class FakeCommandSide implements CommandPort {
    private final Map<String, LogWriter> writers = new HashMap<>();
    private final ImageSource images;
    private final KindCatalogue kinds;
    private final Clock clock;
    private @Nullable Refused next;
    private @Nullable CommandRequest last;

    FakeCommandSide(Map<String, EventLog> logs, ImageSource images, KindCatalogue kinds, Clock clock) {
        logs.forEach((shard, log) -> writers.put(shard, log.claim("", Duration.ofSeconds(1))));
        this.images = images;
        this.kinds = kinds;
        this.clock = clock;
    }

    /** Refuses the next command, whatever it is. */
    synchronized void refuseNext(Refusal refusal, String... warnings) {
        next = new Refused(refusal, List.of(warnings));
    }

    /** The newest command that came. */
    synchronized CommandRequest last() {
        if (last == null) {
            throw new AssertionError("no command came");
        }
        return last;
    }

    @Override
    public synchronized CompletionStage<CommandResult> send(CommandRequest request) {
        last = request;
        Refused refused = next;
        next = null;
        return CompletableFuture.completedFuture(refused != null ? refused : decide(request));
    }

    private CommandResult decide(CommandRequest request) {
        try {
            return switch (request.command()) {
                case Command.CreateObject create -> create(request, create);
                case Command.ReplaceObject replace -> {
                    ObjectNode body = (ObjectNode) replace.body().tree();
                    yield change(
                            request,
                            replace.key(),
                            body.path("metadata").path("resourceVersion").asText(""),
                            old -> {
                                if (replace.subresource().equals("scale")) {
                                    ((ObjectNode) old.path("spec"))
                                            .set("replicas", body.path("spec").path("replicas"));
                                    return old;
                                }
                                return body;
                            });
                }
                case Command.PatchObject patch -> change(request, patch.key(), "", old -> patched(old, patch));
                case Command.ApplyObject apply ->
                    change(request, apply.key(), "", old ->
                            (ObjectNode) apply.config().tree());
                case Command.DeleteObject delete -> delete(request, delete);
                case Command.EvictPod evict -> delete(request, evict.deletion());
                case Command.BindPod bind ->
                    change(request, bind.key(), "", old -> {
                        ((ObjectNode) old.path("spec")).put("nodeName", bind.node());
                        return old;
                    });
                case Command.OpenStream open -> change(request, open.key(), "", old -> old);
                case Command.RequestToken token ->
                    new Accepted(token.key(), 0, token.body(), Outcome.CREATED, List.of());
            };
        } catch (UncheckedIOException | ClassCastException | UnsupportedOperationException e) {
            return new Refused(Refusal.of(Reason.BAD_REQUEST, "the object provided is unrecognized"));
        }
    }

    private CommandResult create(CommandRequest request, Command.CreateObject create) {
        ObjectNode body = (ObjectNode) create.body().tree();
        KindDescription served = Objects.requireNonNull(kinds.get(create.type()));
        KindVersion version = Objects.requireNonNull(served.version(request.version()));
        ObjectNode tree = version.conversion().toStored(body);
        ObjectNode metadata = tree.withObjectProperty("metadata");
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            name = metadata.path("generateName").asText("")
                    + UUID.randomUUID().toString().substring(0, 5);
        }
        ObjectKey key = ObjectKey.of(served.storedAs(), create.namespace(), name);
        if (images.current().get(key) != null) {
            return new Refused(Refusal.alreadyExists(key));
        }
        metadata.put("name", name);
        if (!create.namespace().isEmpty()) {
            metadata.put("namespace", create.namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put(
                "creationTimestamp",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        return append(request, key, tree, "created", Outcome.CREATED);
    }

    private interface Change {
        ObjectNode of(ObjectNode old);
    }

    private CommandResult change(CommandRequest request, ObjectKey key, String version, Change change) {
        StoredObject old = images.current().get(key);
        if (old == null) {
            return new Refused(Refusal.notFound(key));
        }
        if (!version.isEmpty() && !version.equals(Long.toString(old.revision()))) {
            return new Refused(Refusal.conflict(key, Refusal.MODIFIED));
        }
        ObjectNode tree = change.of((ObjectNode) old.json().tree());
        ObjectNode metadata = tree.withObjectProperty("metadata");
        metadata.put("name", key.name()).put("uid", old.uid());
        return append(request, key, tree, "modified", Outcome.CHANGED);
    }

    private static ObjectNode patched(ObjectNode old, Command.PatchObject patch) {
        JsonNode body = patch.patch().tree();
        if (body.isArray()) {
            body.forEach(each -> {
                String path = each.path("path").asText();
                int end = path.lastIndexOf('/');
                ((ObjectNode) old.at(path.substring(0, end))).set(path.substring(end + 1), each.path("value"));
            });
            return old;
        }
        merge(old, (ObjectNode) body);
        return old;
    }

    private static void merge(ObjectNode into, ObjectNode patch) {
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                into.remove(field.getKey());
            } else if (field.getValue() instanceof ObjectNode inner) {
                merge(into.withObjectProperty(field.getKey()), inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }

    private CommandResult delete(CommandRequest request, Command.DeleteObject delete) {
        StoredObject old = images.current().get(delete.key());
        if (old == null) {
            return new Refused(Refusal.notFound(delete.key()));
        }
        String uid = delete.preconditions().uid();
        if (uid != null && !uid.equals(old.uid())) {
            return new Refused(Refusal.conflict(delete.key(), "the UID in the precondition does not match"));
        }
        return append(
                request, delete.key(), (ObjectNode) old.json().tree(), ChangeType.DELETED.word(), Outcome.DELETED);
    }

    private CommandResult append(
            CommandRequest request, ObjectKey key, ObjectNode tree, String happened, Outcome outcome) {
        KindDescription kind = kind(key);
        LogWriter writer = writers.get(kind.shard());
        if (writer == null) {
            throw new AssertionError("no shard " + kind.shard());
        }
        long revision = writer.lastRevision() + 1;
        ((ObjectNode) tree.path("metadata")).put("resourceVersion", Long.toString(revision));
        Json object = Json.of(tree);
        if (!request.dryRun()) {
            StoredObject old = images.current().get(key);
            writer.append(new EventDraft(
                            new EventHead(
                                    revision,
                                    old == null ? 0 : old.revision(),
                                    key,
                                    EventType.of("", kind.singular(), happened),
                                    "/" + key,
                                    tree.path("spec").path("nodeName").asText(null),
                                    clock.instant(),
                                    new Origin(
                                            request.actor().user(),
                                            request.actor().impersonator(),
                                            happened,
                                            request.commandId(),
                                            null,
                                            request.correlationId())),
                            object))
                    .toCompletableFuture()
                    .join();
        }
        return new Accepted(key, revision, object, outcome, List.of());
    }

    private KindDescription kind(ObjectKey key) {
        KindDescription kind = kinds.get(key.type());
        if (kind == null) {
            throw new AssertionError("no kind of " + key);
        }
        return kind;
    }
}
