package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.Equality;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Classifies a change from the object's state before and after: {@code scaled}, {@code scheduled}, {@code started}, not just
 * "modified".
 */
final class ChangeClassifier {
    private static final String EPHEMERAL_CONTAINERS = "/spec/ephemeralContainers";

    private ChangeClassifier() {}

    static EventType created(KindDescription kind) {
        return ChangeType.CREATED.to(kind);
    }

    static EventType deleted(KindDescription kind) {
        return ChangeType.DELETED.to(kind);
    }

    /** The type of a change that does not remove the object. */
    static EventType changed(KindDescription kind, ObjectNode before, ObjectNode after) {
        return word(kind.storedAs(), before, after).to(kind);
    }

    private static ChangeType word(ResourceType type, ObjectNode before, ObjectNode after) {
        if (!before.path("metadata").has("deletionTimestamp")
                && after.path("metadata").has("deletionTimestamp")) {
            return ChangeType.DELETION_REQUESTED;
        }
        if (type.equals(TypeRules.PODS)) {
            return podWord(before, after);
        }
        if (type.equals(TypeRules.NODES)) {
            return nodeWord(before, after);
        }
        if (type.equals(TypeRules.LEASES)) {
            return leaseWord(before, after);
        }
        if (type.equals(TypeRules.EVENTS)) {
            return ChangeType.RECURRED;
        }
        return specWord(before, after);
    }

    private static ChangeType podWord(ObjectNode before, ObjectNode after) {
        if (before.at("/spec/nodeName").asText("").isEmpty()
                && !after.at("/spec/nodeName").asText("").isEmpty()) {
            return ChangeType.SCHEDULED;
        }
        String was = before.at("/status/phase").asText("");
        String is = after.at("/status/phase").asText("");
        if (!was.equals(is)) {
            switch (is) {
                case "Running":
                    return ChangeType.STARTED;
                case "Succeeded":
                    return ChangeType.SUCCEEDED;
                case "Failed":
                    return ChangeType.FAILED;
                default:
                    break;
            }
        }
        if (restarts(after) > restarts(before)) {
            return ChangeType.RESTARTED;
        }
        ChangeType readiness = readinessWord(before, after);
        return readiness == null ? partWord(before, after) : readiness;
    }

    /** The word for a write of a subresource with a part of the spec. */
    private static ChangeType partWord(ObjectNode before, ObjectNode after) {
        if (after.at(EPHEMERAL_CONTAINERS).size()
                > before.at(EPHEMERAL_CONTAINERS).size()) {
            return ChangeType.CONTAINER_ADDED;
        }
        ChangeType word = specWord(before, after);
        return word == ChangeType.MODIFIED && !resources(before).equals(resources(after)) ? ChangeType.RESIZED : word;
    }

    private static List<JsonNode> resources(ObjectNode pod) {
        return Stream.of("/spec/containers", "/spec/initContainers")
                .flatMap(list -> pod.at(list).valueStream())
                .map(container -> container.path("resources"))
                .toList();
    }

    private static long restarts(ObjectNode pod) {
        long restarts = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asLong();
        }
        return restarts;
    }

    private static ChangeType nodeWord(ObjectNode before, ObjectNode after) {
        boolean was = before.at("/spec/unschedulable").asBoolean();
        boolean is = after.at("/spec/unschedulable").asBoolean();
        if (was != is) {
            return is ? ChangeType.CORDONED : ChangeType.UNCORDONED;
        }
        ChangeType readiness = readinessWord(before, after);
        return readiness == null ? specWord(before, after) : readiness;
    }

    private static ChangeType leaseWord(ObjectNode before, ObjectNode after) {
        String was = before.at("/spec/holderIdentity").asText("");
        String is = after.at("/spec/holderIdentity").asText("");
        if (was.equals(is)) {
            return ChangeType.RENEWED;
        }
        return is.isEmpty() ? ChangeType.RELEASED : ChangeType.ACQUIRED;
    }

    private static @Nullable ChangeType readinessWord(ObjectNode before, ObjectNode after) {
        boolean was = ready(before);
        boolean is = ready(after);
        if (was == is) {
            return null;
        }
        return is ? ChangeType.READY : ChangeType.UNREADY;
    }

    private static boolean ready(ObjectNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static ChangeType specWord(ObjectNode before, ObjectNode after) {
        boolean sameStatus = Equality.same(before.path("status"), after.path("status"));
        if (!Equality.sameBut(before, after, "metadata", "status")) {
            return desireWord(before, after);
        }
        if (!sameStatus) {
            return ChangeType.STATUS_CHANGED;
        }
        return metadataWord(before, after);
    }

    private static ChangeType desireWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("spec") instanceof ObjectNode was) || !(after.get("spec") instanceof ObjectNode is)) {
            return ChangeType.MODIFIED;
        }
        if (changedAlone(was, is, "replicas")) {
            return ChangeType.SCALED;
        }
        if (changedAlone(was, is, "paused")) {
            return is.path("paused").asBoolean() ? ChangeType.PAUSED : ChangeType.RESUMED;
        }
        if (changedAlone(was, is, "template")) {
            return ChangeType.TEMPLATE_CHANGED;
        }
        return ChangeType.MODIFIED;
    }

    /** Whether a field changed, and nothing beside it but what every write sets in the metadata. */
    private static boolean changedAlone(ObjectNode was, ObjectNode is, String field) {
        return !Equality.same(was.path(field), is.path(field))
                && Equality.sameBut(was, is, field, "resourceVersion", Owners.FIELD);
    }

    private static ChangeType metadataWord(ObjectNode before, ObjectNode after) {
        if (!(before.get("metadata") instanceof ObjectNode was) || !(after.get("metadata") instanceof ObjectNode is)) {
            return ChangeType.MODIFIED;
        }
        if (changedAlone(was, is, "labels")) {
            return ChangeType.LABELED;
        }
        if (changedAlone(was, is, "annotations")) {
            return ChangeType.ANNOTATED;
        }
        return ChangeType.MODIFIED;
    }
}
