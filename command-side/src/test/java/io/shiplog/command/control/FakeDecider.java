package io.shiplog.command.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.core.node.TaintTimes;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides like the real one, as far as controllers observe: metadata, finalizers, graceful deletion, preconditions. */
final class FakeDecider {
    private final Map<ObjectKey, ObjectNode> state = new HashMap<>();
    private final String world;
    private int uids;

    /** @param world begins the uids: what is remembered of one cluster's object is not another's */
    FakeDecider(String world) {
        this.world = world;
    }

    /** Either a refusal, or the object and the outcome. */
    record Decision(@Nullable Refusal refusal, ObjectKey key, ObjectNode object, Outcome outcome) {}

    Map<ObjectKey, ObjectNode> state() {
        return state;
    }

    Decision decide(Command command, Instant now) {
        return switch (command) {
            case CreateObject create -> create(create, now);
            case PatchObject patch -> patch(patch, now);
            case DeleteObject delete -> delete(delete, now);
            case EvictPod evict -> evict(evict, now);
            case BindPod bind -> bind(bind);
            case ReplaceObject replace -> throw new AssertionError("controllers patch: " + replace);
            case ApplyObject apply -> apply(apply, now);
            case Command.OpenStream open -> throw new AssertionError("controllers open no streams: " + open);
            case RequestToken token -> throw new AssertionError("controllers need no tokens: " + token);
        };
    }

    /** Conditions by their type are all that controllers apply, one each: then it is a merge patch. */
    private Decision apply(ApplyObject apply, Instant now) {
        ObjectNode config = (ObjectNode) apply.config().tree();
        config.remove("apiVersion");
        config.remove("kind");
        return patch(
                new PatchObject(apply.key(), apply.subresource(), PatchType.MERGE, Json.of(config), apply.validation()),
                now);
    }

    private Decision create(CreateObject create, Instant now) {
        ObjectNode object = (ObjectNode) create.body().tree();
        ObjectNode metadata = object.withObject("/metadata");
        ObjectKey key = ObjectKey.of(
                create.type(), create.namespace(), metadata.path("name").asText());
        if (state.containsKey(key)) {
            return refused(key, Refusal.alreadyExists(key));
        }
        metadata.put("uid", world + "-" + ++uids).put("creationTimestamp", now.toString());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        metadata.put("generation", 1);
        if (create.type().resource().equals("namespaces")) {
            object.withObject("/spec").putArray("finalizers").add("kubernetes");
        }
        taintTimes(key, object, null, now);
        return decided(key, object, Outcome.CREATED);
    }

    private Decision patch(PatchObject patch, Instant now) {
        ObjectNode old = state.get(patch.key());
        if (old == null) {
            return refused(patch.key(), Refusal.notFound(patch.key()));
        }
        if (patch.patchType() != PatchType.MERGE) {
            throw new AssertionError("controllers send merge patches: " + patch);
        }
        ObjectNode body = (ObjectNode) patch.patch().tree();
        JsonNode named = body.path("metadata");
        JsonNode has = old.path("metadata");
        if (named.has("uid") && !named.get("uid").equals(has.get("uid"))) {
            return refused(patch.key(), Refusal.conflict(patch.key(), "Precondition failed: UID"));
        }
        if (named.has("resourceVersion") && !named.get("resourceVersion").equals(has.get("resourceVersion"))) {
            return refused(patch.key(), Refusal.conflict(patch.key(), Refusal.MODIFIED));
        }
        ObjectNode next = (ObjectNode) merge(old, limited(body, patch.subresource()));
        next.withObject("/metadata").set("resourceVersion", has.get("resourceVersion"));
        taintTimes(patch.key(), next, old, now);
        if (next.equals(old)) {
            return new Decision(null, patch.key(), old, Outcome.UNCHANGED);
        }
        if (!next.path("spec").equals(old.path("spec"))) {
            next.withObject("/metadata")
                    .put("generation", has.path("generation").asLong() + 1);
        }
        boolean gone = has.has("deletionTimestamp") && !waits(patch.key(), next);
        return decided(patch.key(), next, gone ? Outcome.DELETED : Outcome.CHANGED);
    }

    private static void taintTimes(ObjectKey key, ObjectNode object, @Nullable ObjectNode old, Instant now) {
        if (key.type().resource().equals("nodes")) {
            TaintTimes.set(object, old, now);
        }
    }

    private static ObjectNode limited(ObjectNode body, String subresource) {
        ObjectNode limited = body.deepCopy();
        switch (subresource) {
            case "status", "approval" -> limited.retain("status");
            case "finalize" -> limited.retain("spec");
            default -> limited.remove("status");
        }
        return limited;
    }

    private Decision evict(EvictPod evict, Instant now) {
        Decision deleted = delete(evict.deletion(), now);
        if (deleted.refusal() == null && deleted.outcome() != Outcome.UNCHANGED) {
            deleted.object()
                    .withObject("/status")
                    .withArray("conditions")
                    .addObject()
                    .put("type", "DisruptionTarget")
                    .put("status", "True")
                    .put("reason", evict.why().reason());
        }
        return deleted;
    }

    private Decision delete(DeleteObject delete, Instant now) {
        ObjectNode old = state.get(delete.key());
        if (old == null) {
            return refused(delete.key(), Refusal.notFound(delete.key()));
        }
        Preconditions must = delete.preconditions();
        if (must.uid() != null && !must.uid().equals(old.at("/metadata/uid").asText())) {
            return refused(delete.key(), Refusal.conflict(delete.key(), "Precondition failed: UID"));
        }
        ObjectNode next = old.deepCopy();
        ObjectNode metadata = next.withObject("/metadata");
        if (delete.propagation() == Propagation.FOREGROUND) {
            finalizer(metadata, "foregroundDeletion");
        } else if (delete.propagation() == Propagation.ORPHAN) {
            finalizer(metadata, "orphan");
        }
        boolean atOnce = delete.gracePeriodSeconds() != null && delete.gracePeriodSeconds() == 0;
        if (atOnce && metadata.path("finalizers").isEmpty() || !waits(delete.key(), next)) {
            return decided(delete.key(), next, Outcome.DELETED);
        }
        if (atOnce) {
            metadata.put("deletionGracePeriodSeconds", 0);
        }
        if (!metadata.has("deletionTimestamp")) {
            metadata.put("deletionTimestamp", now.toString());
            if (delete.key().type().resource().equals("namespaces")) {
                next.withObject("/status").put("phase", "Terminating");
            }
        }
        return next.equals(old)
                ? new Decision(null, delete.key(), old, Outcome.UNCHANGED)
                : decided(delete.key(), next, Outcome.DELETION_REQUESTED);
    }

    /** What delays an object's end: finalizers; a namespace's own; the node of a pod that has one, until it says that the pod ended. */
    private static boolean waits(ObjectKey key, ObjectNode object) {
        return !object.at("/metadata/finalizers").isEmpty()
                || key.type().resource().equals("namespaces")
                        && !object.at("/spec/finalizers").isEmpty()
                || key.type().resource().equals("pods")
                        && !object.at("/metadata").has("deletionGracePeriodSeconds")
                        && !object.at("/spec/nodeName").asText().isEmpty();
    }

    private static void finalizer(ObjectNode metadata, String name) {
        ArrayNode finalizers = metadata.withArray("finalizers");
        for (JsonNode each : finalizers) {
            if (each.asText().equals(name)) {
                return;
            }
        }
        finalizers.add(name);
    }

    private Decision bind(BindPod bind) {
        ObjectNode old = state.get(bind.key());
        if (old == null) {
            return refused(bind.key(), Refusal.notFound(bind.key()));
        }
        if (!old.at("/spec/nodeName").asText().isEmpty()) {
            return refused(
                    bind.key(),
                    Refusal.conflict(
                            bind.key(),
                            "pod %s is already assigned".formatted(bind.key().name())));
        }
        ObjectNode next = old.deepCopy();
        next.withObject("/spec").put("nodeName", bind.node());
        return decided(bind.key(), next, Outcome.CHANGED);
    }

    /** RFC 7386. */
    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? target.deepCopy() : Json.MAPPER.createObjectNode();
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                merged.remove(entry.getKey());
            } else {
                merged.set(entry.getKey(), merge(merged.path(entry.getKey()), entry.getValue()));
            }
        });
        return merged;
    }

    private static Decision decided(ObjectKey key, ObjectNode object, Outcome outcome) {
        return new Decision(null, key, object, outcome);
    }

    private static Decision refused(ObjectKey key, Refusal refusal) {
        return new Decision(refusal, key, Json.MAPPER.createObjectNode(), Outcome.UNCHANGED);
    }
}
