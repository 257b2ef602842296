package io.shiplog.projections;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * The state of a cluster after some event of each shard. Immutable, safe to share and to keep; images share what did not
 * change between them.
 */
public final class Image {
    public static final Image EMPTY =
            new Image(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** How far a shard has been read. */
    record Position(long revision, Instant time) {}

    private final PMap<String, Position> positions;
    private final PMap<ResourceType, TreePMap<ObjectKey, StoredObject>> byType;
    private final PMap<String, PSet<ObjectKey>> byOwner;
    private final PMap<String, PSet<ObjectKey>> byNode;

    private Image(
            PMap<String, Position> positions,
            PMap<ResourceType, TreePMap<ObjectKey, StoredObject>> byType,
            PMap<String, PSet<ObjectKey>> byOwner,
            PMap<String, PSet<ObjectKey>> byNode) {
        this.positions = positions;
        this.byType = byType;
        this.byOwner = byOwner;
        this.byNode = byNode;
    }

    /** The revision of the newest event of a shard in this image, 0 if none. */
    public long revision(String shard) {
        Position position = positions.get(shard);
        return position == null ? 0 : position.revision();
    }

    /**
     * The shard's clock: the greatest time among its events in this image, the epoch if none. It never goes back, even where a
     * writer's clock did.
     */
    public Instant time(String shard) {
        Position position = positions.get(shard);
        return position == null ? Instant.EPOCH : position.time();
    }

    /** The object, or null. */
    public @Nullable StoredObject get(ObjectKey key) {
        TreePMap<ObjectKey, StoredObject> objects = byType.get(key.type());
        return objects == null ? null : objects.get(key);
    }

    /** All objects of a type, by namespace and name. */
    public Collection<StoredObject> list(ResourceType type) {
        TreePMap<ObjectKey, StoredObject> objects = byType.get(type);
        return objects == null ? List.of() : objects.values();
    }

    /** The objects of a type in a namespace, by name. */
    public Collection<StoredObject> list(ResourceType type, String namespace) {
        TreePMap<ObjectKey, StoredObject> objects = byType.get(type);
        if (objects == null) {
            return List.of();
        }
        // "\0" is the least string that can follow a name part: no object's namespace is between the two.
        return objects.subMap(ObjectKey.of(type, namespace, ""), ObjectKey.of(type, namespace + "\0", ""))
                .values();
    }

    /** The objects of a type from a key on, the key included. */
    public Collection<StoredObject> listFrom(ObjectKey from) {
        TreePMap<ObjectKey, StoredObject> objects = byType.get(from.type());
        return objects == null ? List.of() : objects.tailMap(from).values();
    }

    /** Objects with an ownerReference to this uid. */
    public List<StoredObject> ownedBy(String uid) {
        return resolve(byOwner.get(uid));
    }

    /** Pods bound to a node. */
    public List<StoredObject> onNode(String node) {
        return resolve(byNode.get(node));
    }

    /** The types of which there are objects. */
    public Collection<ResourceType> types() {
        return byType.keySet();
    }

    private List<StoredObject> resolve(@Nullable Collection<ObjectKey> keys) {
        if (keys == null) {
            return List.of();
        }
        List<StoredObject> found = new ArrayList<>(keys.size());
        for (ObjectKey key : keys) {
            StoredObject object = get(key);
            if (object != null) {
                found.add(object);
            }
        }
        found.sort((a, b) -> a.key().compareTo(b.key()));
        return found;
    }

    /** The image after a change. The only way to a new image; called by {@link ImageEvolution} alone. */
    Image evolve(String shard, Instant time, ObjectKey key, @Nullable StoredObject after, long revision) {
        TreePMap<ObjectKey, StoredObject> objects = byType.getOrDefault(key.type(), TreePMap.empty());
        StoredObject before = objects.get(key);
        objects = after == null ? objects.minus(key) : objects.plus(key, after);
        PMap<String, PSet<ObjectKey>> owners = byOwner;
        PMap<String, PSet<ObjectKey>> nodes = byNode;
        if (before != null) {
            for (String owner : before.ownerUids()) {
                owners = without(owners, owner, key);
            }
            nodes = before.node() == null ? nodes : without(nodes, before.node(), key);
        }
        if (after != null) {
            for (String owner : after.ownerUids()) {
                owners = with(owners, owner, key);
            }
            nodes = after.node() == null ? nodes : with(nodes, after.node(), key);
        }
        Instant clock = time.isAfter(time(shard)) ? time : time(shard);
        return new Image(
                positions.plus(shard, new Position(revision, clock)), byType.plus(key.type(), objects), owners, nodes);
    }

    /** The image without a shard's objects, as if none of its events had come. Called by {@link ImageEvolution} alone. */
    Image forget(String shard, java.util.function.Predicate<ResourceType> ofShard) {
        Image next = this;
        for (ResourceType type : List.copyOf(byType.keySet())) {
            if (ofShard.test(type)) {
                for (StoredObject object : list(type)) {
                    next = next.evolve(shard, Instant.EPOCH, object.key(), null, 0);
                }
            }
        }
        return new Image(next.positions.minus(shard), next.byType, next.byOwner, next.byNode);
    }

    private static PMap<String, PSet<ObjectKey>> with(PMap<String, PSet<ObjectKey>> index, String at, ObjectKey key) {
        return index.plus(at, index.getOrDefault(at, HashTreePSet.empty()).plus(key));
    }

    private static PMap<String, PSet<ObjectKey>> without(
            PMap<String, PSet<ObjectKey>> index, String at, ObjectKey key) {
        PSet<ObjectKey> keys = index.getOrDefault(at, HashTreePSet.empty()).minus(key);
        return keys.isEmpty() ? index.minus(at) : index.plus(at, keys);
    }

    /** How far each shard has been read. */
    public Map<String, Long> revisions() {
        Map<String, Long> revisions = new java.util.TreeMap<>();
        positions.forEach((shard, position) -> revisions.put(shard, position.revision()));
        return revisions;
    }
}
