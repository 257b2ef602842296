package io.shiplog.command.shard;

import io.shiplog.command.kind.DecidedState;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest decided state of all shards: the current image, overlaid with decisions that are not in the image yet. Holds only
 * references, and drops them when the image has passed their revision.
 *
 * <p>Each shard's entries are written only by its decider thread; other threads, which propose, may see them slightly late.
 */
public final class DecidedObjects {
    private final ImageSource images;
    private final ImageEvolution evolution;
    private final Map<ResourceType, Map<ObjectKey, Pending>> overlay = new ConcurrentHashMap<>();
    private final Map<String, Deque<Pending>> inOrder = new ConcurrentHashMap<>();

    public DecidedObjects(ImageSource images, ImageEvolution evolution) {
        this.images = images;
        this.evolution = evolution;
    }

    /** The state as one decision sees it. */
    public DecidedState at(Instant now) {
        return new Moment(now);
    }

    /** The object, or null. */
    public @Nullable StoredObject get(ObjectKey key) {
        // The overlay first: an entry leaves it only when the image has it.
        Map<ObjectKey, Pending> pending = overlay.get(key.type());
        Pending newest = pending == null ? null : pending.get(key);
        return newest == null ? images.current().get(key) : newest.object();
    }

    /** The revision of the object, 0 if there is none. Parses nothing. */
    public long revision(ObjectKey key) {
        Map<ObjectKey, Pending> pending = overlay.get(key.type());
        Pending newest = pending == null ? null : pending.get(key);
        if (newest != null) {
            return newest.draft.type().removes() ? 0 : newest.draft.revision();
        }
        StoredObject object = images.current().get(key);
        return object == null ? 0 : object.revision();
    }

    /** A revision of a shard that all readers of this state see from now on. */
    public long reached(String shard) {
        return images.current().revision(shard);
    }

    Collection<StoredObject> list(ResourceType type) {
        List<Pending> over = pending(type, _ -> true);
        Collection<StoredObject> under = images.current().list(type);
        return over.isEmpty() ? under : new Layered(under, over);
    }

    Collection<StoredObject> list(ResourceType type, String namespace) {
        List<Pending> over = pending(type, key -> key.namespace().equals(namespace));
        Collection<StoredObject> under = images.current().list(type, namespace);
        return over.isEmpty() ? under : new Layered(under, over);
    }

    /** The objects with a key of an index. The overlay is read first: an entry leaves it only when the image has it. */
    <K extends Comparable<? super K>> List<StoredObject> by(Index.Key<K> key) {
        Set<ObjectKey> above = new HashSet<>();
        List<StoredObject> found = new ArrayList<>(1);
        overlay.forEach((type, pending) -> {
            if (key.index().covers(type)) {
                pending.values().forEach(each -> {
                    above.add(each.key());
                    StoredObject object = each.object();
                    if (object != null && object.keys(key.index()).contains(key.value())) {
                        found.add(object);
                    }
                });
            }
        });
        for (StoredObject object : images.current().by(key.index(), key.value())) {
            if (!above.contains(object.key())) {
                found.add(object);
            }
        }
        return List.copyOf(found);
    }

    private List<Pending> pending(ResourceType type, Predicate<ObjectKey> which) {
        Map<ObjectKey, Pending> pending = overlay.get(type);
        return pending == null
                ? List.of()
                : pending.values().stream()
                        .filter(each -> which.test(each.key()))
                        .sorted(Comparator.comparing(Pending::key))
                        .toList();
    }

    /** Records a decision of a shard. Called on the shard's decider thread. */
    void decided(String shard, EventDraft draft) {
        if (draft.type().isAccess()) {
            return; // the object stays as it is
        }
        Pending pending = new Pending(draft);
        overlay.computeIfAbsent(draft.key().type(), _ -> new ConcurrentHashMap<>())
                .put(draft.key(), pending);
        inOrder.computeIfAbsent(shard, _ -> new ArrayDeque<>()).addLast(pending);
    }

    /** Drops what the image contains. */
    void settle(String shard) {
        Deque<Pending> waiting = inOrder.get(shard);
        if (waiting == null || waiting.isEmpty()) {
            return;
        }
        long revision = images.current().revision(shard);
        while (!waiting.isEmpty() && waiting.getFirst().draft.revision() <= revision) {
            drop(waiting.removeFirst());
        }
    }

    /** Drops everything of a shard: its decisions did not become durable, or that is unknown. */
    void forget(String shard) {
        Deque<Pending> waiting = inOrder.get(shard);
        while (waiting != null && !waiting.isEmpty()) {
            drop(waiting.removeFirst());
        }
    }

    private void drop(Pending pending) {
        Map<ObjectKey, Pending> ofType = overlay.get(pending.draft.key().type());
        if (ofType != null) {
            ofType.remove(pending.draft.key(), pending);
        }
    }

    /** The number of decisions that the image does not contain yet. */
    int pending() {
        return overlay.values().stream().mapToInt(Map::size).sum();
    }

    /** A decided object. Its index fields are parsed from its bytes on demand. */
    final class Pending {
        private final EventDraft draft;
        private volatile @Nullable StoredObject stored;

        private Pending(EventDraft draft) {
            this.draft = draft;
        }

        ObjectKey key() {
            return draft.key();
        }

        @Nullable StoredObject object() {
            if (draft.type().removes()) {
                return null;
            }
            StoredObject known = stored;
            if (known == null) {
                Json json = draft.object();
                known = evolution.stored(
                        images.current().kinds(), draft.key(), draft.revision(), json, draft.correlationId());
                stored = known;
            }
            return known;
        }
    }

    /**
     * Reads each thing once: what a proposal allocates because it is free is still free when the proposal checks it. What has moved
     * meanwhile is found by the decider. Used by one thread at a time.
     */
    private final class Moment implements DecidedState {
        private final Instant now;
        private final KindCatalogue kinds = images.current().kinds();
        private final Map<ObjectKey, Optional<StoredObject>> objects = new HashMap<>();
        private final Map<ResourceType, Collection<StoredObject>> lists = new HashMap<>();
        private final Map<Index.Key<?>, Collection<StoredObject>> byKey = new HashMap<>();

        private Moment(Instant now) {
            this.now = now;
        }

        @Override
        public @Nullable StoredObject get(ObjectKey key) {
            return objects.computeIfAbsent(key, _ -> Optional.ofNullable(DecidedObjects.this.get(key)))
                    .orElse(null);
        }

        @Override
        public Collection<StoredObject> list(ResourceType type) {
            return lists.computeIfAbsent(type, DecidedObjects.this::list);
        }

        @Override
        public Collection<StoredObject> list(ResourceType type, String namespace) {
            return DecidedObjects.this.list(type, namespace);
        }

        @Override
        public <K extends Comparable<? super K>> Collection<StoredObject> by(Index<K> index, K key) {
            return byKey.computeIfAbsent(index.at(key), DecidedObjects.this::by);
        }

        @Override
        public KindCatalogue kinds() {
            return kinds;
        }

        @Override
        public Instant now() {
            return now;
        }
    }
}
