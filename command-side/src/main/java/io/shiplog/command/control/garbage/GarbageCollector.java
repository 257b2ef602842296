package io.shiplog.command.control.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects whose owners are all gone, and handles foreground and orphan deletion of owners.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/garbagecollector/garbagecollector.go">garbagecollector.go</a>
 */
public final class GarbageCollector implements Controller {
    /** Maximum changes of dependents in one plan. */
    static final int MAX_STEPS = 500;
    /** Shards are read separately: an owner in another shard than its dependent may appear a little later. */
    static final Duration OTHER_SHARD = Duration.ofSeconds(30);

    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    /**
     * Owners in foreground deletion, by one of the dependents that block it: they are planned again when that one changes, not
     * when any of their dependents does.
     */
    private final Map<ObjectKey, Set<ObjectKey>> waiting = new HashMap<>();

    private final Blockers blockers = new Blockers();

    private final ForeignOwners foreignOwners = new ForeignOwners();

    @Override
    public String name() {
        return "generic-garbage-collector";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        waiting.clear();
        blockers.clear();
        List<ObjectKey> keys = new ArrayList<>();
        for (ResourceType type : image.types()) {
            for (StoredObject object : image.list(type)) {
                if (!object.ownerUids().isEmpty() || object.deleting()) {
                    keys.add(object.key());
                }
            }
        }
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject before = change.before();
        StoredObject after = change.after();
        Set<ObjectKey> owners = waiting.remove(after.key());
        if (owners != null) {
            owners.forEach(replan);
        }
        boolean otherOwners = before == null || !before.ownerUids().equals(after.ownerUids());
        if (!otherOwners && !change.removes() && !after.deleting()) {
            return;
        }
        if (!change.removes() && (!after.ownerUids().isEmpty() || after.deleting())) {
            replan.accept(after.key());
        }
        if (change.removes() || after.deleting() && (before == null || !before.deleting())) {
            image.dependents(after).forEach(dependent -> replan.accept(dependent.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject object = image.get(key);
        if (object == null) {
            blockers.forget(key);
            return Plan.NOTHING;
        }
        if (object.deleting()) {
            List<String> finalizers = finalizers(object);
            if (finalizers.contains(ORPHAN)) {
                return orphan(object, finalizers, image);
            }
            return finalizers.contains(FOREGROUND) ? foreground(object, finalizers, image) : Plan.NOTHING;
        }
        return object.ownerUids().isEmpty() ? Plan.NOTHING : dependent(object, image, now);
    }

    private static Plan orphan(StoredObject owner, List<String> finalizers, Image image) {
        List<Step> steps = new ArrayList<>();
        for (StoredObject dependent : image.dependents(owner)) {
            if (steps.size() == MAX_STEPS) {
                break;
            }
            steps.add(Step.of(Edits.owners(dependent, without(dependent, Set.of(owner.uid())))));
        }
        return steps.isEmpty() ? release(owner, finalizers, ORPHAN) : new Plan(steps, Duration.ZERO);
    }

    /** Dependents react to their owner's foreground deletion themselves; the other blocking ones must be gone first. */
    private Plan foreground(StoredObject owner, List<String> finalizers, Image image) {
        StoredObject blocker = blockers.of(
                owner.key(),
                image.dependents(owner),
                dependent -> !dependent.uid().equals(owner.uid()) && blocks(dependent, owner));
        if (blocker == null) {
            return release(owner, finalizers, FOREGROUND);
        }
        waiting.computeIfAbsent(blocker.key(), key -> new HashSet<>()).add(owner.key());
        return Plan.NOTHING;
    }

    private static boolean blocks(StoredObject dependent, StoredObject owner) {
        return OwnerRef.of(dependent.json().tree()).stream()
                .anyMatch(ref -> ref.uid().equals(owner.uid()) && ref.blockOwnerDeletion());
    }

    private static Plan release(StoredObject owner, List<String> finalizers, String done) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode left = patch.putObject("metadata").putArray("finalizers");
        finalizers.stream().filter(each -> !each.equals(done)).forEach(left::add);
        return Plan.of(Step.of(Edits.patchUnchanged(owner, patch)));
    }

    private Plan dependent(StoredObject object, Image image, Instant now) {
        JsonNode tree = object.json().tree();
        boolean solid = false;
        boolean waited = false;
        List<OwnerRef> missing = new ArrayList<>();
        Set<String> useless = new LinkedHashSet<>();
        for (OwnerRef ref : OwnerRef.of(tree)) {
            KindDescription kind = image.kinds().byKind(ref.group(), ref.kind());
            if (kind == null || kind.namespaced() && object.key().namespace().isEmpty()) {
                return Plan.NOTHING; // An owner of an unknown kind is not known to be gone.
            }
            StoredObject owner = owner(object, ref, image);
            if (owner == null && mayBeSeenLater(object, kind, tree, image, now)) {
                return Plan.later(OTHER_SHARD);
            }
            if (owner == null) {
                useless.add(ref.uid());
                missing.add(ref);
            } else if (owner.deleting() && inForeground(owner)) {
                waited = true;
                useless.add(ref.uid());
            } else {
                solid = true;
            }
        }
        if (useless.isEmpty()) {
            return Plan.NOTHING;
        }
        OwnerRef elsewhere = foreignOwners.among(missing, image.kinds(), image::list);
        ObjectEvent event = elsewhere == null ? null : invalidNamespace(object, tree, elsewhere);
        if (solid) {
            return Plan.of(Step.of(Edits.owners(object, without(object, useless)), event));
        }
        if (waited && !image.dependents(object).isEmpty()) {
            return foregroundToo(object, image);
        }
        return Plan.of(delete(object, ownPropagation(object), event));
    }

    /** Deletes a dependent that has its own dependents. In a cycle one of them owns the owner: neither may wait for the other. */
    private static Plan foregroundToo(StoredObject object, Image image) {
        boolean circle = image.dependents(object).stream().anyMatch(each -> each.deleting() && inForeground(each));
        List<OwnerRef> owners = OwnerRef.of(object.json().tree());
        if (!circle || owners.stream().noneMatch(OwnerRef::blockOwnerDeletion)) {
            return Plan.of(delete(object, Propagation.FOREGROUND, null));
        }
        List<OwnerRef> unblocked = owners.stream().map(OwnerRef::unblocking).toList();
        return Plan.of(List.of(
                Step.of(Edits.owners(object, unblocked)), Step.of(Edits.delete(object, Propagation.FOREGROUND))));
    }

    private static ObjectEvent invalidNamespace(StoredObject object, JsonNode tree, OwnerRef ref) {
        String namespace = object.key().namespace();
        return ObjectEvent.warning(
                Regarding.object(tree),
                "OwnerRefInvalidNamespace",
                "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
                        .formatted(ref.apiVersion(), ref.kind(), namespace, ref.name(), ref.uid(), namespace),
                "garbage-collector-controller");
    }

    private static Propagation ownPropagation(StoredObject object) {
        List<String> finalizers = finalizers(object);
        return finalizers.contains(ORPHAN)
                ? Propagation.ORPHAN
                : finalizers.contains(FOREGROUND) ? Propagation.FOREGROUND : Propagation.BACKGROUND;
    }

    /** Only in the observed version: it may be adopted meanwhile. */
    private static Step delete(StoredObject object, Propagation propagation, @Nullable ObjectEvent event) {
        Preconditions asSeen = new Preconditions(object.uid(), Long.toString(object.revision()));
        return Step.of(new DeleteObject(object.key(), asSeen, null, propagation), event);
    }

    private boolean mayBeSeenLater(
            StoredObject object, KindDescription owner, JsonNode tree, Image image, Instant now) {
        KindDescription own = image.kinds().get(object.key().type());
        if (own == null || own.shard().equals(owner.shard())) {
            return false;
        }
        Instant created = Conditions.parse(tree.path("metadata").path("creationTimestamp"));
        return created != null && created.plus(OTHER_SHARD).isAfter(now);
    }

    /** The owner with this name and uid, in the dependent's namespace if its kind is namespaced; null if there is none. */
    private @Nullable StoredObject owner(StoredObject dependent, OwnerRef ref, Image image) {
        KindDescription kind = image.kinds().byKind(ref.group(), ref.kind());
        if (kind == null) {
            return null;
        }
        String namespace = kind.namespaced() ? dependent.key().namespace() : "";
        StoredObject owner = image.get(ObjectKey.of(kind.storedAs(), namespace, ref.name()));
        return owner != null && owner.uid().equals(ref.uid()) ? owner : null;
    }

    private static List<OwnerRef> without(StoredObject object, Set<String> uids) {
        return OwnerRef.of(object.json().tree()).stream()
                .filter(ref -> !uids.contains(ref.uid()))
                .toList();
    }

    private static boolean inForeground(StoredObject object) {
        return finalizers(object).contains(FOREGROUND);
    }

    private static List<String> finalizers(StoredObject object) {
        List<String> finalizers = new ArrayList<>();
        object.json().tree().path("metadata").path("finalizers").forEach(each -> finalizers.add(each.asText()));
        return finalizers;
    }
}
