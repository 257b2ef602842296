package io.shiplog.projections;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The state of a cluster after some event of each shard. Immutable, safe to share and to keep; images share what did not
 * change between them.
 */
public final class Image {
    /** Of no log: without objects, and without kinds. */
    public static final Image EMPTY = before(KindCatalogue.EMPTY);

    private static final ResourceType SERVICES = ResourceType.core("services");

    /** The position in a shard, and its link of the hash chain. */
    record Position(long revision, Instant time, String chain) {}

    /** The objects of a type by namespace and name, and the revision of the type's newest event. */
    private record OfType(SortedTree<StoredObject> objects, long changed) {
        private static final OfType NONE = new OfType(SortedTree.empty(), 0);
    }

    private record Owned(String owner, StoredObject object) {}

    private final KindCatalogue kinds;
    private final PMap<String, Position> positions;
    private final PMap<ResourceType, OfType> byType;
    /** By owner uid, then key. */
    private final SortedTree<Owned> byOwner;
    /** Pods with a node, by node, then namespace and name. */
    private final SortedTree<StoredObject> byNode;
    /** Services with an address, by it, then namespace and name. */
    private final SortedTree<StoredObject> byAddress;

    private Image(
            KindCatalogue kinds,
            PMap<String, Position> positions,
            PMap<ResourceType, OfType> byType,
            SortedTree<Owned> byOwner,
            SortedTree<StoredObject> byNode,
            SortedTree<StoredObject> byAddress) {
        this.kinds = kinds;
        this.positions = positions;
        this.byType = byType;
        this.byOwner = byOwner;
        this.byNode = byNode;
        this.byAddress = byAddress;
    }

    /** The image before the first event of a log: no objects, and the kinds with which every cluster begins. */
    static Image before(KindCatalogue builtIn) {
        return new Image(
                builtIn,
                HashTreePMap.empty(),
                HashTreePMap.empty(),
                SortedTree.empty(),
                SortedTree.empty(),
                SortedTree.empty());
    }

    /** The kinds that the cluster served at this moment. */
    public KindCatalogue kinds() {
        return kinds;
    }

    /** The revision of the newest event of a shard in this image, 0 if none. */
    public long revision(String shard) {
        Position position = positions.get(shard);
        return position == null ? 0 : position.revision();
    }

    /**
     * The shard's clock: the greatest time among its events in this image, the epoch if none. It never goes back, even if a
     * writer's clock did.
     */
    public Instant time(String shard) {
        Position position = positions.get(shard);
        return position == null ? Instant.EPOCH : position.time();
    }

    /** The link in the log's hash chain of the newest event of a shard in this image, empty if none. */
    String chain(String shard) {
        Position position = positions.get(shard);
        return position == null ? "" : position.chain();
    }

    /**
     * The revision of the newest event that created, changed or removed an object of a type, 0 if none. Two images of one log
     * with the same number hold the same objects of the type. After a start from a snapshot it is the snapshot's revision until
     * the next change.
     */
    public long changed(ResourceType type) {
        return ofType(type).changed;
    }

    /** The object, or null. */
    public @Nullable StoredObject get(ObjectKey key) {
        return ofType(key.type()).objects.find(at(key.namespace(), key.name()));
    }

    /** All objects of a type, by namespace and name. A view of known size. */
    public Collection<StoredObject> list(ResourceType type) {
        return ofType(type).objects.all();
    }

    /** The objects of a type in a namespace, by name. A view of known size. */
    public Collection<StoredObject> list(ResourceType type, String namespace) {
        return ofType(type).objects.range(at(namespace, ""), object -> {
            int order = object.key().namespace().compareTo(namespace);
            return order <= 0 ? -1 : 1;
        });
    }

    /** The objects of a type from a key on, the key included. A view of known size. */
    public Collection<StoredObject> listFrom(ObjectKey from) {
        return ofType(from.type()).objects.from(at(from.namespace(), from.name()));
    }

    /** Objects with an ownerReference to this uid, by key. */
    public List<StoredObject> ownedBy(String uid) {
        return byOwner
                .range(
                        owned -> owned.owner.compareTo(uid) < 0 ? -1 : 1,
                        owned -> owned.owner.compareTo(uid) <= 0 ? -1 : 1)
                .stream()
                .map(Owned::object)
                .toList();
    }

    /** Pods bound to a node, by namespace and name. */
    public List<StoredObject> onNode(String node) {
        return List.copyOf(with(byNode, Image::nodeOf, node));
    }

    /** Services with a {@code spec.clusterIP}, by namespace and name: one, unless an address was given twice. */
    public List<StoredObject> withAddress(String address) {
        return List.copyOf(with(byAddress, Image::addressOf, address));
    }

    /** The types that have, or had, objects. */
    public Collection<ResourceType> types() {
        return byType.keySet();
    }

    /** The position in each shard. */
    public Map<String, Long> revisions() {
        Map<String, Long> revisions = new TreeMap<>();
        positions.forEach((shard, position) -> revisions.put(shard, position.revision()));
        return revisions;
    }

    /** The image after a change. The only way to create an image; called only by {@link ImageEvolution}. */
    Image evolve(Event event, ObjectKey key, @Nullable StoredObject after) {
        Position old = positions.get(event.shard());
        Instant clock = old == null || event.time().isAfter(old.time()) ? event.time() : old.time();
        return with(key, after, event.revision())
                .at(event.shard(), new Position(event.revision(), clock, event.chain()));
    }

    /** The image with a shard's objects from a snapshot. Called only by {@link ImageEvolution}. */
    Image restore(String shard, Position position, Iterable<StoredObject> objects) {
        Image next = this;
        for (StoredObject object : objects) {
            next = next.with(object.key(), object, position.revision());
        }
        return next.at(shard, position);
    }

    /** The image with a shard's clock not before a time. Called only by {@link ImageEvolution}. */
    Image notBefore(String shard, Instant time) {
        Position now = positions.get(shard);
        return now == null || !time.isAfter(now.time())
                ? this
                : at(shard, new Position(now.revision(), time, now.chain()));
    }

    private Image at(String shard, Position position) {
        return new Image(kinds, positions.plus(shard, position), byType, byOwner, byNode, byAddress);
    }

    private Image with(ObjectKey key, @Nullable StoredObject after, long changed) {
        SortedTree<StoredObject> objects = ofType(key.type()).objects;
        SortedTree.Place<StoredObject> place = at(key.namespace(), key.name());
        StoredObject before = objects.find(place);
        SortedTree<StoredObject> next = after == null ? objects.minus(place) : objects.plus(place, after);
        return new Image(
                kinds,
                positions,
                byType.plus(key.type(), new OfType(next, changed)),
                owners(before, after),
                indexed(byNode, Image::nodeOf, before, after),
                indexed(byAddress, Image::addressOf, before, after));
    }

    private SortedTree<Owned> owners(@Nullable StoredObject before, @Nullable StoredObject after) {
        SortedTree<Owned> next = byOwner;
        if (before != null) {
            for (String owner : before.ownerUids()) {
                next = next.minus(at(owner, before.key()));
            }
        }
        if (after != null) {
            for (String owner : after.ownerUids()) {
                next = next.plus(at(owner, after.key()), new Owned(owner, after));
            }
        }
        return next;
    }

    /** An index after a change of an object. The empty text is not indexed. */
    private static SortedTree<StoredObject> indexed(
            SortedTree<StoredObject> index,
            Function<StoredObject, String> value,
            @Nullable StoredObject before,
            @Nullable StoredObject after) {
        SortedTree<StoredObject> next = index;
        if (before != null && !value.apply(before).isEmpty()) {
            next = next.minus(at(value, before));
        }
        return after != null && !value.apply(after).isEmpty() ? next.plus(at(value, after), after) : next;
    }

    private static Collection<StoredObject> with(
            SortedTree<StoredObject> index, Function<StoredObject, String> of, String value) {
        return index.range(
                object -> of.apply(object).compareTo(value) < 0 ? -1 : 1,
                object -> of.apply(object).compareTo(value) <= 0 ? -1 : 1);
    }

    /** The image without a shard's objects, as if none of its events had arrived. Called only by {@link ImageEvolution}. */
    Image forget(String shard, Predicate<ResourceType> ofShard) {
        Image next = this;
        for (ResourceType type : List.copyOf(byType.keySet())) {
            if (ofShard.test(type)) {
                for (StoredObject object : list(type)) {
                    next = next.with(object.key(), null, 0);
                }
                next = new Image(
                        kinds, next.positions, next.byType.minus(type), next.byOwner, next.byNode, next.byAddress);
            }
        }
        return new Image(kinds, next.positions.minus(shard), next.byType, next.byOwner, next.byNode, next.byAddress);
    }

    private OfType ofType(ResourceType type) {
        OfType found = byType.get(type);
        return found == null ? OfType.NONE : found;
    }

    private static SortedTree.Place<StoredObject> at(String namespace, String name) {
        return object -> compare(object.key(), namespace, name);
    }

    private static SortedTree.Place<Owned> at(String owner, ObjectKey key) {
        return owned -> {
            int order = owned.owner.compareTo(owner);
            return order != 0 ? order : owned.object.key().compareTo(key);
        };
    }

    private static SortedTree.Place<StoredObject> at(Function<StoredObject, String> value, StoredObject object) {
        String own = value.apply(object);
        return other -> {
            int order = value.apply(other).compareTo(own);
            return order != 0
                    ? order
                    : compare(
                            other.key(), object.key().namespace(), object.key().name());
        };
    }

    @SuppressWarnings("ReferenceEquality") // namespaces are shared strings: usually one comparison is enough
    private static int compare(ObjectKey key, String namespace, String name) {
        if (key.namespace() != namespace) {
            int order = key.namespace().compareTo(namespace);
            if (order != 0) {
                return order;
            }
        }
        return key.name().compareTo(name);
    }

    private static String nodeOf(StoredObject pod) {
        String node = pod.node();
        return node == null ? "" : node;
    }

    private static String addressOf(StoredObject object) {
        String address = object.key().type().equals(SERVICES) ? object.fields().get("spec.clusterIP") : null;
        return address == null || address.equals("None") ? "" : address;
    }
}
