package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ResourceType;
import java.util.Locale;

/**
 * Names what happened to an object from its state before and after: {@code scaled}, {@code scheduled}, {@code started}, not
 * just "modified". The catalogue is in {@code docs/events.md}; words are only ever added.
 */
final class WhatHappened {
    private WhatHappened() {}

    static EventType created(KindDescription kind) {
        return type(kind, "created");
    }

    static EventType deleted(KindDescription kind) {
        return type(kind, EventType.DELETED);
    }

    /** The name of a change of an object that stays. */
    static EventType changed(KindDescription kind, ObjectNode before, ObjectNode after) {
        return type(kind, word(kind.storedAs(), before, after));
    }

    private static EventType type(KindDescription kind, String happened) {
        return EventType.of(kind.kind().toLowerCase(Locale.ROOT), happened);
    }

    private static String word(ResourceType type, ObjectNode before, ObjectNode after) {
        if (!before.path("metadata").has("deletionTimestamp")
                && after.path("metadata").has("deletionTimestamp")) {
            return "deletion-requested";
        }
        if (type.equals(Traits.PODS)) {
            return podWord(before, after);
        }
        if (type.equals(Traits.NODES)) {
            return nodeWord(before, after);
        }
        if (type.equals(Traits.LEASES)) {
            return leaseWord(before, after);
        }
        if (type.equals(Traits.EVENTS)) {
            return "recurred";
        }
        return specWord(before, after);
    }

    private static String podWord(ObjectNode before, ObjectNode after) {
        if (before.at("/spec/nodeName").asText("").isEmpty()
                && !after.at("/spec/nodeName").asText("").isEmpty()) {
            return "scheduled";
        }
        String was = before.at("/status/phase").asText("");
        String is = after.at("/status/phase").asText("");
        if (!was.equals(is)) {
            switch (is) {
                case "Running":
                    return "started";
                case "Succeeded":
                    return "succeeded";
                case "Failed":
                    return "failed";
                default:
                    break;
            }
        }
        if (restarts(after) > restarts(before)) {
            return "restarted";
        }
        String readiness = readinessWord(before, after);
        return readiness.isEmpty() ? specWord(before, after) : readiness;
    }

    private static long restarts(ObjectNode pod) {
        long restarts = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asLong();
        }
        return restarts;
    }

    private static String nodeWord(ObjectNode before, ObjectNode after) {
        boolean was = before.at("/spec/unschedulable").asBoolean();
        boolean is = after.at("/spec/unschedulable").asBoolean();
        if (was != is) {
            return is ? "cordoned" : "uncordoned";
        }
        String readiness = readinessWord(before, after);
        return readiness.isEmpty() ? specWord(before, after) : readiness;
    }

    private static String leaseWord(ObjectNode before, ObjectNode after) {
        String was = before.at("/spec/holderIdentity").asText("");
        String is = after.at("/spec/holderIdentity").asText("");
        if (was.equals(is)) {
            return "renewed";
        }
        return is.isEmpty() ? "released" : "acquired";
    }

    private static String readinessWord(ObjectNode before, ObjectNode after) {
        boolean was = ready(before);
        boolean is = ready(after);
        if (was == is) {
            return "";
        }
        return is ? "ready" : "unready";
    }

    private static boolean ready(ObjectNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static String specWord(ObjectNode before, ObjectNode after) {
        boolean sameStatus = Sameness.same(before.path("status"), after.path("status"));
        if (!Sameness.sameBut(before, after, "metadata", "status")) {
            return desireWord(before, after);
        }
        if (!sameStatus) {
            return "status-changed";
        }
        return metadataWord(before, after);
    }

    private static String desireWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("spec") instanceof ObjectNode was) || !(after.get("spec") instanceof ObjectNode is)) {
            return "modified";
        }
        if (changedAlone(was, is, "replicas")) {
            return "scaled";
        }
        if (changedAlone(was, is, "paused")) {
            return is.path("paused").asBoolean() ? "paused" : "resumed";
        }
        if (changedAlone(was, is, "template")) {
            return "template-changed";
        }
        return "modified";
    }

    private static boolean changedAlone(ObjectNode was, ObjectNode is, String field) {
        return !Sameness.same(was.path(field), is.path(field)) && Sameness.sameBut(was, is, field);
    }

    private static String metadataWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("metadata") instanceof ObjectNode was) || !(after.get("metadata") instanceof ObjectNode is)) {
            return "modified";
        }
        if (Sameness.sameBut(was, is, "labels", "resourceVersion")) {
            return "labeled";
        }
        if (Sameness.sameBut(was, is, "annotations", "resourceVersion")) {
            return "annotated";
        }
        return "modified";
    }
}
