package io.shiplog.projections.history.undo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.history.diff.PathSet;
import io.shiplog.projections.history.diff.ValuePath;
import io.shiplog.projections.history.diff.ValueTree;
import io.shiplog.projections.history.text.ChangeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands that revert what users did in a range of the log, and the conflicts. A pure function of the objects that changed
 * there. The log is never rewritten: undo sends new commands.
 *
 * <p>What controllers do is not undone, it follows: ReplicaSets and pods of a Deployment, endpoints, statuses. An object that
 * users created is restored also if a controller deleted it, as all objects of a deleted namespace.
 *
 * <p>Values are restored one by one, and only those that users changed. If a user changed one again since, that is a conflict;
 * if the cluster did, it keeps the value.
 *
 * @param steps in order
 * @param notes what is omitted, and why
 */
public record UndoPlan(List<UndoStep> steps, List<Conflict> conflicts, List<String> notes) {
    /** Fields that the server sets or maintains. */
    private static final List<String> GIVEN = List.of(
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "managedFields",
            "selfLink");

    private static final Set<String> UIDS_OF_JOBS = Set.of("controller-uid", "batch.kubernetes.io/controller-uid");

    /** Finalizers that a deletion itself adds. */
    private static final Set<String> OF_DELETION = Set.of("foregroundDeletion", "orphan");

    private static final String METADATA = "metadata";

    public UndoPlan {
        steps = List.copyOf(steps);
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /**
     * Why an object cannot be undone.
     *
     * @param path of the conflicting value; the root for the object itself
     */
    public record Conflict(ObjectKey key, ValuePath path, String message) {}

    /** Plans for objects, each separately; the steps are ordered by kind, owners before dependents. */
    public static UndoPlan of(Collection<UndoSubject> subjects) {
        Draft draft = new Draft();
        subjects.forEach(draft::plan);
        return new UndoPlan(UndoOrder.of(draft.steps), draft.conflicts, draft.notes());
    }

    private static final class Draft {
        private final List<UndoStep> steps = new ArrayList<>();
        private final List<Conflict> conflicts = new ArrayList<>();
        private final Map<String, Integer> following = new TreeMap<>();
        private final List<String> kept = new ArrayList<>();

        void plan(UndoSubject subject) {
            PastChange first = subject.first();
            JsonNode now = subject.now();
            if (first.previous() == PastChange.UNKNOWN) {
                if (subject.isUsers()) {
                    conflict(subject, "the state before revision %d is no longer known".formatted(first.revision()));
                }
            } else if (isShredded(subject)) {
                conflict(subject, "its values were shredded");
            } else if (isUnreadable(subject)) {
                conflict(subject, "its values cannot be decrypted");
            } else if (first.creates()) {
                came(subject, now);
            } else if (now == null) {
                went(subject, tree(first.before()));
            } else {
                changed(subject, tree(first.before()), now);
            }
        }

        /** An object that did not exist before. */
        private void came(UndoSubject subject, @Nullable JsonNode now) {
            if (now == null) {
                return; // and does not exist now
            }
            PastChange creation = subject.undone().stream()
                    .filter(change ->
                            change.creates() && Past.uidOf(change.event()).equals(uid(now)))
                    .findFirst()
                    .orElse(null);
            PastChange later = subject.since().reversed().stream()
                    .filter(change -> Users.asked(change.event()))
                    .findFirst()
                    .orElse(null);
            if (creation == null) {
                conflict(subject, "another object has this name now");
            } else if (!Users.asked(creation.event())) {
                follows(subject);
            } else if (isGoing(now)) {
                conflict(subject, "its deletion was already requested");
            } else if (later != null) {
                conflict(subject, "it was changed since, %s".formatted(by(later)));
            } else if (subject.blocked() != null) {
                conflict(subject, subject.blocked());
            } else {
                steps.add(new UndoStep.Delete(subject.key(), uid(now)));
            }
        }

        /** An object that existed before and is gone. */
        private void went(UndoSubject subject, JsonNode before) {
            if (isFollower(subject, before)) {
                follows(subject);
            } else if (subject.undone().stream().anyMatch(change -> goes(change.event()))) {
                steps.add(new UndoStep.Create(subject.key(), restored(before), uid(before)));
                if (isJob(before)) {
                    kept.add("%s \"%s\": its pods stay dead, and it runs again from the beginning"
                            .formatted(
                                    subject.key().type().qualified(),
                                    subject.key().name()));
                }
            } else {
                conflict(
                        subject,
                        "it was deleted since, %s".formatted(by(subject.since().getLast())));
            }
        }

        /** An object that existed before and exists now. */
        private void changed(UndoSubject subject, JsonNode before, JsonNode now) {
            boolean anotherOne = !uid(before).equals(uid(now));
            if (anotherOne ? isFollower(subject, before) : !subject.isUsers()) {
                follows(subject);
            } else if (isGoing(now)) {
                conflict(subject, "it is terminating, which cannot be reverted: undo again when it is gone");
            } else if (anotherOne) {
                replaced(subject, before, now);
            } else {
                putBack(subject, before, now);
            }
        }

        /** Its name now belongs to another object. If that was created within the range, it becomes what was there before. */
        private void replaced(UndoSubject subject, JsonNode before, JsonNode now) {
            List<FieldChange> fields = FieldDiff.between(now, before).stream()
                    .filter(field -> isUsers(field.path()))
                    .toList();
            boolean within = subject.undone().stream()
                    .anyMatch(change ->
                            change.creates() && Past.uidOf(change.event()).equals(uid(now)));
            boolean movedOn = subject.since().stream().anyMatch(change -> Users.asked(change.event()));
            if (fields.isEmpty()) {
                return; // a user restored it already
            }
            if (!within || movedOn) {
                conflict(subject, "another object has this name now");
                return;
            }
            ObjectNode object = now.deepCopy();
            ValueTree values = new ValueTree(object);
            fields.forEach(field -> values.set(field.path(), field.after()));
            update(subject, now, object);
        }

        /** Restores each value that users changed to its value before, if it still has the value from the range. */
        private void putBack(UndoSubject subject, JsonNode before, JsonNode now) {
            ValueTree old = new ValueTree(before);
            ValueTree current = new ValueTree(now);
            ValueTree made = new ValueTree(tree(subject.undone().getLast().after()));
            ObjectNode object = now.deepCopy();
            ValueTree next = new ValueTree(object);
            List<ValuePath> movedOn = new ArrayList<>();
            for (ValuePath path : touchedByUsers(subject)) {
                JsonNode was = old.get(path);
                JsonNode is = current.get(path);
                if (same(is, was)) {
                    continue;
                }
                if (!same(is, made.get(path)) || !next.set(path, was)) {
                    movedOn.add(path);
                } else if (was == null) {
                    removeEmptied(next, path, old);
                }
            }
            if (!movedOn(subject, movedOn, current)) {
                update(subject, now, object);
            }
        }

        /** Values have changed since. If a user set one, it is a conflict; if the cluster set it, it stays. */
        private boolean movedOn(UndoSubject subject, List<ValuePath> paths, ValueTree current) {
            Map<ValuePath, PastChange> newest = new HashMap<>();
            Map<ValuePath, PastChange> newestOfUser = new HashMap<>();
            for (PastChange change :
                    paths.isEmpty() ? List.<PastChange>of() : subject.since().reversed()) {
                PathSet changed = new PathSet(
                        FieldDiff.of(change).stream().map(FieldChange::path).toList());
                paths.stream().filter(changed::touches).forEach(path -> {
                    newest.putIfAbsent(path, change);
                    if (Users.asked(change.event())) {
                        newestOfUser.putIfAbsent(path, change);
                    }
                });
            }
            boolean any = false;
            for (ValuePath path : paths) {
                any |= movedOn(subject, path, current.get(path), newest.get(path), newestOfUser.get(path));
            }
            return any;
        }

        private boolean movedOn(
                UndoSubject subject,
                ValuePath path,
                @Nullable JsonNode value,
                @Nullable PastChange mover,
                @Nullable PastChange user) {
            if (user == null && mover != null) {
                kept.add("%s \"%s\": %s is kept by %s"
                        .formatted(
                                subject.key().type().qualified(),
                                subject.key().name(),
                                path,
                                ChangeText.asked(mover.event())));
                return false;
            }
            String what = value == null
                    ? "%s was removed since".formatted(path)
                    : "%s was changed since, to %s".formatted(path, shortened(value.toString()));
            conflicts.add(new Conflict(subject.key(), path, user == null ? what : "%s, %s".formatted(what, by(user))));
            return true;
        }

        private static Set<ValuePath> touchedByUsers(UndoSubject subject) {
            Set<ValuePath> paths = new LinkedHashSet<>();
            for (PastChange change : subject.undone()) {
                if (Users.asked(change.event())) {
                    FieldDiff.of(change).stream()
                            .map(FieldChange::path)
                            .filter(UndoPlan::isUsers)
                            .forEach(paths::add);
                }
            }
            return paths;
        }

        /** A map or list that is empty now, and did not exist before, is removed with its last value. */
        private static void removeEmptied(ValueTree object, ValuePath path, ValueTree before) {
            for (ValuePath holder = path.parent(); !holder.steps().isEmpty(); holder = holder.parent()) {
                JsonNode value = object.get(holder);
                if (value == null || !value.isEmpty() || before.get(holder) != null) {
                    return;
                }
                object.set(holder, null);
            }
        }

        private static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
            return one == null || other == null ? one == other : one.equals(other);
        }

        private void update(UndoSubject subject, JsonNode now, JsonNode object) {
            List<FieldChange> fields = FieldDiff.between(now, object);
            if (!fields.isEmpty()) {
                steps.add(new UndoStep.Update(subject, object, fields));
            }
        }

        private void conflict(UndoSubject subject, String message) {
            conflicts.add(new Conflict(subject.key(), ValuePath.ROOT, message));
        }

        private void follows(UndoSubject subject) {
            following.merge(subject.key().type().qualified(), 1, Integer::sum);
        }

        private List<String> notes() {
            List<String> notes = new ArrayList<>(kept);
            following.forEach((type, count) ->
                    notes.add("%d %s: managed by the cluster, recreated by its controllers".formatted(count, type)));
            return notes;
        }
    }

    /** Whether an event ends its object, or requests its end. */
    static boolean goes(Event event) {
        return event.type().ends();
    }

    /** Whether a controller manages the object, and will recreate it if needed. */
    private static boolean isFollower(UndoSubject subject, JsonNode before) {
        Event maker = subject.maker();
        return hasController(before) || maker != null && !Users.asked(maker);
    }

    /** Whether one of the object's owners is its controller. */
    static boolean hasController(JsonNode object) {
        for (JsonNode owner : object.path(METADATA).path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a value is set by users: not observed, not the server's. */
    private static boolean isUsers(ValuePath path) {
        return !path.under("status") && GIVEN.stream().noneMatch(given -> path.under(METADATA, given));
    }

    private static boolean isGoing(JsonNode object) {
        return object.path(METADATA).has("deletionTimestamp");
    }

    /** Whether the key of any of it was destroyed, so that it cannot be restored. */
    private static boolean isShredded(UndoSubject subject) {
        return isAnnotated(subject, Seal.SHREDDED_AT);
    }

    /** Whether the key of any of it is missing, so that it cannot be restored. */
    private static boolean isUnreadable(UndoSubject subject) {
        return isAnnotated(subject, Seal.UNREADABLE);
    }

    private static boolean isAnnotated(UndoSubject subject, String annotation) {
        return subject.now() != null && isAnnotated(subject.now(), annotation)
                || isAnnotated(tree(subject.first().before()), annotation)
                || subject.undone().stream()
                        .anyMatch(change -> isAnnotated(change.event().object().tree(), annotation));
    }

    private static boolean isAnnotated(JsonNode object, String annotation) {
        return object.path(METADATA).path("annotations").has(annotation);
    }

    /** An object as a user would create it: without server-set and observed fields. */
    private static JsonNode restored(JsonNode before) {
        ObjectNode object = before.deepCopy();
        object.remove("status");
        if (object.get(METADATA) instanceof ObjectNode metadata) {
            metadata.remove(GIVEN);
            if (metadata.get("finalizers") instanceof ArrayNode finalizers) {
                ArrayNode kept = Json.MAPPER.createArrayNode();
                finalizers
                        .valueStream()
                        .filter(each -> !OF_DELETION.contains(each.asText()))
                        .forEach(kept::add);
                metadata.remove("finalizers");
                if (!kept.isEmpty()) {
                    metadata.set("finalizers", kept);
                }
            }
        }
        if (object.path("kind").asText().equals("Pod") && object.get("spec") instanceof ObjectNode spec) {
            spec.remove("nodeName"); // the scheduler decides where it runs
        }
        if (isJob(object) && !object.path("spec").path("manualSelector").asBoolean()) {
            forgetUid(object);
        }
        return object;
    }

    private static boolean isJob(JsonNode object) {
        return object.path("kind").asText().equals("Job")
                && object.path("apiVersion").asText().startsWith("batch/");
    }

    /** The labels and the selector that were made of a Job's uid: the new one gets its own. */
    private static void forgetUid(ObjectNode job) {
        JsonNode spec = job.path("spec");
        if (spec instanceof ObjectNode given) {
            given.remove("selector");
        }
        for (JsonNode labels : List.of(
                job.path(METADATA).path("labels"),
                spec.path("template").path(METADATA).path("labels"))) {
            if (labels instanceof ObjectNode given) {
                given.remove(UIDS_OF_JOBS);
            }
        }
    }

    private static JsonNode tree(@Nullable Json state) {
        return state == null ? MissingNode.getInstance() : state.tree();
    }

    private static String uid(JsonNode object) {
        return object.path(METADATA).path("uid").asText("");
    }

    private static String by(PastChange change) {
        return "by %s at revision %d".formatted(ChangeText.asked(change.event()), change.revision());
    }

    private static final int MAX_SHOWN = 60;

    private static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN - 1) + "…";
    }
}
