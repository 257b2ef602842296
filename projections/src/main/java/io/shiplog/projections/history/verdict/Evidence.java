package io.shiplog.projections.history.verdict;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.cause.CauseStep;
import io.shiplog.projections.history.cause.Causes;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The input of a verdict: the log up to a moment and the image of that moment, as far as the reader has access. It gives the image to no verdict: what a
 * verdict names it has from here, and so the reader may read it. Its methods wait for the log, like those of {@link Past}.
 */
public final class Evidence {
    private static final ResourceType PODS = ResourceType.core("pods");
    /** The maximum number of an owner's changes to search. */
    private static final int MAX_CHANGES = 500;

    private final Past past;
    private final BiFunction<String, String, @Nullable KindDescription> kinds;
    private final Image image;
    private final long upTo;
    private final Predicate<Event> visible;
    private final Predicate<ObjectKey> readable;

    /**
     * @param past of the shard of the objects
     * @param kinds the kind of a group and a name, null if there is none
     * @param image of the moment
     * @param upTo the moment's revision
     * @param visible the events that the reader may see
     * @param readable the objects that the reader may see
     */
    public Evidence(
            Past past,
            BiFunction<String, String, @Nullable KindDescription> kinds,
            Image image,
            long upTo,
            Predicate<Event> visible,
            Predicate<ObjectKey> readable) {
        this.past = past;
        this.kinds = kinds;
        this.image = image;
        this.upTo = upTo;
        this.visible = visible;
        this.readable = readable;
    }

    /** An object of the image; null if there is none, or the reader has no access. */
    @Nullable StoredObject get(ObjectKey key) {
        StoredObject object = image.get(key);
        return object != null && mayRead(object) ? object : null;
    }

    /** Whether the reader has no access to an object, and so must not learn whether there is one. */
    boolean hides(ObjectKey key) {
        return !readable.test(key);
    }

    /** Whether the reader has no access to all objects of a type in a namespace, and so must not learn how many there are. */
    boolean hidesSome(ResourceType type, String namespace) {
        return hides(ObjectKey.of(type, namespace, ""));
    }

    /** The objects of a type in a namespace to which the reader has access. */
    List<StoredObject> list(ResourceType type, String namespace) {
        return image.list(type, namespace).stream().filter(this::mayRead).toList();
    }

    /** The dependents of an object to which the reader has access. */
    List<StoredObject> dependents(StoredObject owner) {
        return image.dependents(owner).stream().filter(this::mayRead).toList();
    }

    /** The pods of an object, of its ReplicaSets too, to which the reader has access. */
    List<StoredObject> podsBelow(StoredObject owner) {
        List<StoredObject> pods = new ArrayList<>();
        for (StoredObject owned : image.dependents(owner)) {
            if (owned.key().type().equals(PODS) && mayRead(owned)) {
                pods.add(owned);
            } else if (owned.key().type().resource().equals("replicasets")) {
                pods.addAll(podsBelow(owned));
            }
        }
        return pods;
    }

    private boolean mayRead(StoredObject object) {
        return readable.test(object.key());
    }

    /** What led to an object of the image. */
    Chain why(StoredObject object) {
        return Chain.of(Causes.ofObject(past, kinds, object.key(), object.uid(), upTo), visible);
    }

    Chain chain(Iterable<CauseStep> steps) {
        return Chain.of(steps, visible);
    }

    /** The newest matching change of an object up to a revision; searched back to the object's creation. */
    Optional<PastChange> newest(ObjectKey key, String uid, long before, Predicate<PastChange> right) {
        PastChange[] found = new PastChange[1];
        int[] left = {MAX_CHANGES};
        past.life(key, uid, Math.min(before, upTo), change -> {
            if (visible.test(change.event()) && right.test(change)) {
                found[0] = change;
            }
            left[0]--;
            return found[0] == null && left[0] > 0;
        });
        return Optional.ofNullable(found[0]);
    }

    /** The newest event of an object up to the moment that passes a filter. */
    Optional<Event> last(ObjectKey key, Predicate<Event> right) {
        return past.last(past.span().oldest(), upTo, ChangeFilter.of(key).and(right))
                .filter(visible);
    }
}
