package io.shiplog.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.source.PodSource;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A minimal cluster for a node's tests: objects in a map, statuses merged, all listeners notified. */
public final class FakeCluster implements PodSource, CommandPort {
    private static final ResourceType PODS = ResourceType.core("pods");

    private final Map<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private final List<Consumer<ObjectKey>> followers = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final String node;
    private long revision;
    private boolean away;

    public FakeCluster(String node) {
        this.node = node;
    }

    /** Makes an object from JSON; a pod is bound to the node. Gives its uid. */
    public String create(ResourceType type, String json) {
        ObjectNode object = parse(json);
        ObjectNode metadata = object.withObject("/metadata");
        if (!metadata.has("namespace")) {
            metadata.put("namespace", "default");
        }
        String uid = UUID.randomUUID().toString();
        metadata.put("uid", uid).put("generation", 1);
        object.put("apiVersion", "v1").put("kind", type.equals(PODS) ? "Pod" : "Object");
        if (type.equals(PODS)) {
            object.withObject("/spec").put("nodeName", node);
        }
        put(
                ObjectKey.of(
                        type,
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText()),
                object);
        return uid;
    }

    /** Puts another object in its place, same uid. */
    public void replace(ObjectKey key, String json) {
        ObjectNode object = parse(json);
        object.withObject("/metadata")
                .put("uid", object(key).path("metadata").path("uid").asText());
        put(key, object);
    }

    /** Asks for a pod's deletion, as kubectl does. */
    public void delete(ObjectKey pod, long graceSeconds, Instant now) {
        ObjectNode object = object(pod).deepCopy();
        object.withObject("/metadata")
                .put(
                        "deletionTimestamp",
                        now.plusSeconds(graceSeconds)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("deletionGracePeriodSeconds", graceSeconds);
        put(pod, object);
    }

    /** The object goes at once, whatever runs. */
    public void remove(ObjectKey key) {
        synchronized (this) {
            objects.remove(key);
        }
        tellAll(key);
    }

    /** Whether commands are answered with 503. */
    public synchronized void away(boolean now) {
        away = now;
    }

    /** The status of a pod; a missing node if it has none or is gone. */
    public synchronized JsonNode status(String pod) {
        ObjectNode object = objects.get(ObjectKey.of(PODS, "default", pod));
        return object == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : object.path("status");
    }

    /** Whether there is such a pod. */
    public synchronized boolean has(String pod) {
        return objects.containsKey(ObjectKey.of(PODS, "default", pod));
    }

    /** Every Event so far, as {@code reason: message}. */
    public synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** Any object, as it is now. */
    public synchronized ObjectNode object(ObjectKey key) {
        ObjectNode object = objects.get(key);
        if (object == null) {
            throw new AssertionError("there is no " + key);
        }
        return object;
    }

    private void put(ObjectKey key, ObjectNode object) {
        synchronized (this) {
            object.withObject("/metadata").put("resourceVersion", Long.toString(++revision));
            objects.put(key, object);
        }
        tellAll(key);
    }

    private void tellAll(ObjectKey key) {
        List<Consumer<ObjectKey>> all;
        synchronized (this) {
            all = List.copyOf(followers);
        }
        all.forEach(follower -> follower.accept(key));
    }

    @Override
    public CompletionStage<CommandResult> send(CommandRequest request) {
        synchronized (this) {
            if (away) {
                return CompletableFuture.completedFuture(new CommandResult.Refused(
                        Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "the log cannot be written")));
            }
        }
        return CompletableFuture.completedFuture(decide(request.command()));
    }

    private CommandResult decide(Command command) {
        return switch (command) {
            case Command.CreateObject create -> created(create);
            case Command.PatchObject patch -> patched(patch);
            case Command.DeleteObject delete -> deleted(delete);
            case Command.ApplyObject apply -> throw new AssertionError("a node does not apply: " + apply);
            case Command.RequestToken token -> token(token);
            case Command.ReplaceObject replace -> throw new AssertionError("not used by nodes: " + replace);
            case Command.BindPod bind -> throw new AssertionError("not used by nodes: " + bind);
            case Command.OpenStream open -> throw new AssertionError("not used by nodes: " + open);
            case Command.EvictPod evict -> throw new AssertionError("not used by nodes: " + evict);
        };
    }

    private CommandResult created(Command.CreateObject create) {
        ObjectNode object = (ObjectNode) create.body().tree();
        ObjectKey key = ObjectKey.of(
                create.type(),
                create.namespace(),
                object.path("metadata").path("name").asText());
        synchronized (this) {
            if (objects.containsKey(key)) {
                return new CommandResult.Refused(Refusal.alreadyExists(key));
            }
            if (create.type().equals(ResourceType.core("events"))) {
                events.add(object.path("reason").asText() + ": "
                        + object.path("message").asText());
            }
        }
        object.withObject("/metadata").put("uid", UUID.randomUUID().toString());
        put(key, object);
        return accepted(key, object, Outcome.CREATED);
    }

    private CommandResult patched(Command.PatchObject patch) {
        ObjectNode next;
        synchronized (this) {
            ObjectNode before = objects.get(patch.key());
            if (before == null) {
                return new CommandResult.Refused(Refusal.notFound(patch.key()));
            }
            JsonNode tree = patch.patch().tree();
            String uid = tree.path("metadata").path("uid").asText("");
            if (!uid.isEmpty()
                    && !uid.equals(before.path("metadata").path("uid").asText())) {
                return new CommandResult.Refused(Refusal.conflict(patch.key(), "Precondition failed: UID"));
            }
            next = before.deepCopy();
            if (patch.subresource().equals("status")) {
                mergeStatus(next.withObject("/status"), tree.path("status"));
            } else {
                tree.properties().stream()
                        .filter(e -> !e.getKey().equals("metadata"))
                        .forEach(e -> next.set(e.getKey(), e.getValue()));
            }
        }
        put(patch.key(), next);
        return accepted(patch.key(), next, Outcome.CHANGED);
    }

    /** As a strategic merge does it here: conditions by type, everything else replaced, null removes. */
    private static void mergeStatus(ObjectNode status, JsonNode patch) {
        patch.properties().forEach(e -> {
            if (e.getKey().equals("conditions")) {
                ArrayNode merged = Json.MAPPER.createArrayNode();
                e.getValue().forEach(condition -> {
                    ObjectNode clean = condition.deepCopy();
                    condition.properties().forEach(field -> {
                        if (field.getValue().isNull()) {
                            clean.remove(field.getKey());
                        }
                    });
                    merged.add(clean);
                });
                status.path("conditions").forEach(old -> {
                    boolean replaced = false;
                    for (JsonNode each : e.getValue()) {
                        replaced |= each.path("type").equals(old.path("type"));
                    }
                    if (!replaced) {
                        merged.add(old);
                    }
                });
                status.set("conditions", merged);
            } else if (e.getValue().isNull()) {
                status.remove(e.getKey());
            } else {
                status.set(e.getKey(), e.getValue());
            }
        });
    }

    private CommandResult deleted(Command.DeleteObject delete) {
        ObjectNode object;
        synchronized (this) {
            object = objects.get(delete.key());
        }
        if (object == null) {
            return new CommandResult.Refused(Refusal.notFound(delete.key()));
        }
        remove(delete.key());
        return accepted(delete.key(), object, Outcome.DELETED);
    }

    private CommandResult token(Command.RequestToken request) {
        ObjectNode answer = (ObjectNode) request.body().tree();
        answer.withObject("/status")
                .put("token", "token-of-" + request.key().name())
                .put(
                        "expirationTimestamp",
                        Instant.now()
                                .plusSeconds(3600)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
        return accepted(request.key(), answer, Outcome.UNCHANGED);
    }

    private CommandResult accepted(ObjectKey key, ObjectNode object, Outcome outcome) {
        return new CommandResult.Accepted(key, revision, Json.of(object), outcome, List.of());
    }

    @Override
    public CompletionStage<?> caughtUp() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Collection<StoredObject> pods() {
        return list(PODS);
    }

    @Override
    public Collection<StoredObject> services(String namespace) {
        return list(ResourceType.core("services"));
    }

    @Override
    public Collection<StoredObject> volumes() {
        return list(ResourceType.core("persistentvolumes"));
    }

    private synchronized List<StoredObject> list(ResourceType type) {
        return objects.entrySet().stream()
                .filter(e -> e.getKey().type().equals(type))
                .map(e -> stored(e.getKey(), e.getValue()))
                .toList();
    }

    @Override
    public synchronized @Nullable StoredObject get(ObjectKey key) {
        ObjectNode object = objects.get(key);
        return object == null ? null : stored(key, object);
    }

    private static StoredObject stored(ObjectKey key, ObjectNode object) {
        String at = object.path("spec").path("nodeName").asText("");
        return new StoredObject(
                key,
                object.path("metadata").path("resourceVersion").asLong(),
                Json.of(object),
                new StoredObject.Extracted(
                        object.path("metadata").path("uid").asText(),
                        Map.of(),
                        Map.of(),
                        object.path("metadata").has("deletionTimestamp"),
                        at.isEmpty() ? List.of() : List.of(Indexes.NODE.at(at))),
                "");
    }

    @Override
    public synchronized Following follow(Consumer<ObjectKey> changed) {
        followers.add(changed);
        return () -> {
            synchronized (this) {
                followers.remove(changed);
            }
        };
    }

    private static ObjectNode parse(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
