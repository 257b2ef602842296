package io.shiplog.projections.image;

import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The sub-image of the indexes: a tree for each, of the names of objects. An object's bytes are not in it, so that a change which
 * leaves its keys alone (nearly every one does) leaves the indexes alone too.
 */
final class IndexImage {
    private static final int FEW = 8;

    static final IndexImage EMPTY = new IndexImage(HashTreePMap.empty());

    private final PMap<Index<?>, SortedTree<Entry<?>>> trees;

    /** Ordered by the key, then by the object. */
    private record Entry<K extends Comparable<? super K>>(K key, ObjectKey object) {
        @SuppressWarnings("unchecked") // the entries of one tree have keys of one index
        int compare(Entry<?> other) {
            int order = compareKey((K) other.key);
            return order != 0 ? order : object.compareTo(other.object);
        }

        @SuppressWarnings("ReferenceEquality") // keys are shared strings as a rule: one comparison is enough
        int compareKey(K other) {
            return key == other ? 0 : key.compareTo(other);
        }
    }

    private IndexImage(PMap<Index<?>, SortedTree<Entry<?>>> trees) {
        this.trees = trees;
    }

    /** The names of the objects with a key, in order. */
    <K extends Comparable<? super K>> List<ObjectKey> get(Index<K> index, K key) {
        SortedTree<Entry<?>> tree = trees.get(index);
        if (tree == null) {
            return List.of();
        }
        List<ObjectKey> found = new ArrayList<>();
        for (Entry<?> each : tree.range(at(key, -1), at(key, 0))) {
            found.add(each.object);
        }
        return found;
    }

    /** How many objects have a key, without reading them. */
    <K extends Comparable<? super K>> int count(Index<K> index, K key) {
        SortedTree<Entry<?>> tree = trees.get(index);
        return tree == null ? 0 : tree.range(at(key, -1), at(key, 0)).size();
    }

    /** Before all entries with a key, or after them. */
    @SuppressWarnings("unchecked") // the entries of one tree have keys of one index
    private static <K extends Comparable<? super K>> SortedTree.Place<Entry<?>> at(K key, int last) {
        return each -> ((Entry<K>) each).compareKey(key) <= last ? -1 : 1;
    }

    /** The indexes after a change of an object's keys. */
    IndexImage evolve(ObjectKey object, List<Index.Key<?>> before, List<Index.Key<?>> after) {
        if (before.equals(after)) {
            return this;
        }
        PMap<Index<?>, SortedTree<Entry<?>>> next = trees;
        Collection<Index.Key<?>> old = searchable(before);
        Collection<Index.Key<?>> now = searchable(after);
        for (Index.Key<?> key : before) {
            if (!now.contains(key)) {
                Entry<?> entry = entry(key, object);
                next = next.plus(key.index(), tree(next, key.index()).minus(other -> other.compare(entry)));
            }
        }
        for (Index.Key<?> key : after) {
            if (!old.contains(key)) {
                Entry<?> entry = entry(key, object);
                next = next.plus(key.index(), tree(next, key.index()).plus(other -> other.compare(entry), entry));
            }
        }
        return new IndexImage(next);
    }

    /** A set if there are many: each key is looked up. */
    private static Collection<Index.Key<?>> searchable(List<Index.Key<?>> keys) {
        return keys.size() <= FEW ? keys : new HashSet<>(keys);
    }

    private static <K extends Comparable<? super K>> Entry<K> entry(Index.Key<K> key, ObjectKey object) {
        return new Entry<>(key.value(), object);
    }

    private static SortedTree<Entry<?>> tree(PMap<Index<?>, SortedTree<Entry<?>>> trees, Index<?> index) {
        SortedTree<Entry<?>> tree = trees.get(index);
        return tree == null ? SortedTree.empty() : tree;
    }
}
