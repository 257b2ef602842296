package io.shiplog.projections.image;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The state of a cluster after some event of each shard. Immutable, safe to share and to keep; images share what did not
 * change between them.
 */
public final class Image {
    /** The shard whose revisions name moments. */
    public static final String MAIN_SHARD = "events";

    /** Of no log: without objects, and without kinds. */
    public static final Image EMPTY = before(KindCatalogue.EMPTY);

    /** The position in a shard, and its link of the hash chain. */
    record Position(long revision, Instant time, String chain) {}

    /** The objects of a type by namespace and name, and the revision of the type's newest event. */
    private record OfType(SortedTree<StoredObject> objects, long changed) {
        private static final OfType NONE = new OfType(SortedTree.empty(), 0);
    }

    private final KindCatalogue kinds;
    private final PMap<String, Position> positions;
    private final PMap<ResourceType, OfType> byType;
    private final IndexImage indexes;

    private Image(
            KindCatalogue kinds,
            PMap<String, Position> positions,
            PMap<ResourceType, OfType> byType,
            IndexImage indexes) {
        this.kinds = kinds;
        this.positions = positions;
        this.byType = byType;
        this.indexes = indexes;
    }

    /** The image before the first event of a log: no objects, and the kinds with which every cluster begins. */
    static Image before(KindCatalogue builtIn) {
        return new Image(builtIn, HashTreePMap.empty(), HashTreePMap.empty(), IndexImage.EMPTY);
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

    /** The objects with a key of an index, in the order of their own keys. */
    public <K extends Comparable<? super K>> List<StoredObject> by(Index<K> index, K key) {
        return indexes.get(index, key).stream()
                .map(object -> Objects.requireNonNull(get(object), "an index has only objects of its image"))
                .toList();
    }

    /**
     * The objects that name an owner, in the order of their keys: those of its namespace, for one without a namespace all. A reference
     * from another namespace is void: anyone who knows a uid could make one.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners and dependents</a>
     */
    public List<StoredObject> dependents(StoredObject owner) {
        String namespace = owner.key().namespace();
        List<StoredObject> all = by(Indexes.OWNER, owner.uid());
        return namespace.isEmpty()
                ? all
                : all.stream()
                        .filter(each -> each.key().namespace().equals(namespace))
                        .toList();
    }

    /** How many objects have a key of an index, without reading them. */
    public <K extends Comparable<? super K>> int count(Index<K> index, K key) {
        return indexes.count(index, key);
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
        return with(key, after, event.revision()).at(event.shard(), position(event));
    }

    /** The image after an event that changes no object. Called only by {@link ImageEvolution}. */
    Image passed(Event event) {
        return at(event.shard(), position(event));
    }

    private Position position(Event event) {
        Position old = positions.get(event.shard());
        Instant clock = old == null || event.time().isAfter(old.time()) ? event.time() : old.time();
        return new Position(event.revision(), clock, event.chain());
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
        return new Image(kinds, positions.plus(shard, position), byType, indexes);
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
                indexes.evolve(key, indexKeys(before), indexKeys(after)));
    }

    private static List<Index.Key<?>> indexKeys(@Nullable StoredObject object) {
        return object == null ? List.of() : object.extracted().keys();
    }

    /** The image without a shard's objects, as if none of its events had arrived. Called only by {@link ImageEvolution}. */
    Image forget(String shard, Predicate<ResourceType> ofShard) {
        Image next = this;
        for (ResourceType type : List.copyOf(byType.keySet())) {
            if (ofShard.test(type)) {
                for (StoredObject object : list(type)) {
                    next = next.with(object.key(), null, 0);
                }
                next = new Image(kinds, next.positions, next.byType.minus(type), next.indexes);
            }
        }
        return new Image(kinds, next.positions.minus(shard), next.byType, next.indexes);
    }

    private OfType ofType(ResourceType type) {
        OfType found = byType.get(type);
        return found == null ? OfType.NONE : found;
    }

    private static SortedTree.Place<StoredObject> at(String namespace, String name) {
        return object -> compare(object.key(), namespace, name);
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
}
