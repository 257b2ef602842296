package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.catalogue.Happened;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Names what happened to an object from its state before and after: {@code scaled}, {@code scheduled}, {@code started}, not
 * just "modified".
 */
final class WhatHappened {
    private WhatHappened() {}

    static EventType created(KindDescription kind) {
        return Happened.CREATED.to(kind);
    }

    static EventType deleted(KindDescription kind) {
        return Happened.DELETED.to(kind);
    }

    /** The name of a change of an object that stays. */
    static EventType changed(KindDescription kind, ObjectNode before, ObjectNode after) {
        return word(kind.storedAs(), before, after).to(kind);
    }

    private static Happened word(ResourceType type, ObjectNode before, ObjectNode after) {
        if (!before.path("metadata").has("deletionTimestamp")
                && after.path("metadata").has("deletionTimestamp")) {
            return Happened.DELETION_REQUESTED;
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
            return Happened.RECURRED;
        }
        return specWord(before, after);
    }

    private static Happened podWord(ObjectNode before, ObjectNode after) {
        if (before.at("/spec/nodeName").asText("").isEmpty()
                && !after.at("/spec/nodeName").asText("").isEmpty()) {
            return Happened.SCHEDULED;
        }
        String was = before.at("/status/phase").asText("");
        String is = after.at("/status/phase").asText("");
        if (!was.equals(is)) {
            switch (is) {
                case "Running":
                    return Happened.STARTED;
                case "Succeeded":
                    return Happened.SUCCEEDED;
                case "Failed":
                    return Happened.FAILED;
                default:
                    break;
            }
        }
        if (restarts(after) > restarts(before)) {
            return Happened.RESTARTED;
        }
        Happened readiness = readinessWord(before, after);
        return readiness == null ? specWord(before, after) : readiness;
    }

    private static long restarts(ObjectNode pod) {
        long restarts = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asLong();
        }
        return restarts;
    }

    private static Happened nodeWord(ObjectNode before, ObjectNode after) {
        boolean was = before.at("/spec/unschedulable").asBoolean();
        boolean is = after.at("/spec/unschedulable").asBoolean();
        if (was != is) {
            return is ? Happened.CORDONED : Happened.UNCORDONED;
        }
        Happened readiness = readinessWord(before, after);
        return readiness == null ? specWord(before, after) : readiness;
    }

    private static Happened leaseWord(ObjectNode before, ObjectNode after) {
        String was = before.at("/spec/holderIdentity").asText("");
        String is = after.at("/spec/holderIdentity").asText("");
        if (was.equals(is)) {
            return Happened.RENEWED;
        }
        return is.isEmpty() ? Happened.RELEASED : Happened.ACQUIRED;
    }

    private static @Nullable Happened readinessWord(ObjectNode before, ObjectNode after) {
        boolean was = ready(before);
        boolean is = ready(after);
        if (was == is) {
            return null;
        }
        return is ? Happened.READY : Happened.UNREADY;
    }

    private static boolean ready(ObjectNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static Happened specWord(ObjectNode before, ObjectNode after) {
        boolean sameStatus = Sameness.same(before.path("status"), after.path("status"));
        if (!Sameness.sameBut(before, after, "metadata", "status")) {
            return desireWord(before, after);
        }
        if (!sameStatus) {
            return Happened.STATUS_CHANGED;
        }
        return metadataWord(before, after);
    }

    private static Happened desireWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("spec") instanceof ObjectNode was) || !(after.get("spec") instanceof ObjectNode is)) {
            return Happened.MODIFIED;
        }
        if (changedAlone(was, is, "replicas")) {
            return Happened.SCALED;
        }
        if (changedAlone(was, is, "paused")) {
            return is.path("paused").asBoolean() ? Happened.PAUSED : Happened.RESUMED;
        }
        if (changedAlone(was, is, "template")) {
            return Happened.TEMPLATE_CHANGED;
        }
        return Happened.MODIFIED;
    }

    private static boolean changedAlone(ObjectNode was, ObjectNode is, String field) {
        return !Sameness.same(was.path(field), is.path(field)) && Sameness.sameBut(was, is, field);
    }

    private static Happened metadataWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("metadata") instanceof ObjectNode was) || !(after.get("metadata") instanceof ObjectNode is)) {
            return Happened.MODIFIED;
        }
        if (Sameness.sameBut(was, is, "labels", "resourceVersion")) {
            return Happened.LABELED;
        }
        if (Sameness.sameBut(was, is, "annotations", "resourceVersion")) {
            return Happened.ANNOTATED;
        }
        return Happened.MODIFIED;
    }
}
