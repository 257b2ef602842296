package io.shiplog.projections.image;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A persistent sorted set as a B-tree: each change gives a new tree that shares all nodes except those on one path. Elements
 * are in arrays, without entry objects, so that one costs about six bytes here and a list is read at memory speed; see ADR 0501
 * for the figures against a balanced binary tree.
 *
 * @param <T> the elements
 */
final class SortedTree<T> {
    /** Maximum elements of a leaf and children of an inner node. */
    static final int WIDTH = 64;

    private static final SortedTree<?> EMPTY = new SortedTree<>(new Node(new Object[0], true, 0));

    private final Node root;

    private SortedTree(Node root) {
        this.root = root;
    }

    /** A position in the order. */
    @FunctionalInterface
    interface Place<T> {
        /** Negative if the element is before this position, 0 if at it, positive if after it. */
        int compare(T element);
    }

    /**
     * @param slots elements of a leaf; children of an inner node
     * @param size elements in and below this node
     */
    private record Node(Object[] slots, boolean leaf, int size) {
        private static Node of(Object[] slots, boolean leaf) {
            int size = slots.length;
            if (!leaf) {
                size = 0;
                for (Object child : slots) {
                    size += ((Node) child).size;
                }
            }
            return new Node(slots, leaf, size);
        }

        private Node child(int slot) {
            return (Node) slots[slot];
        }

        private Object first() {
            Node node = this;
            while (!node.leaf) {
                node = node.child(0);
            }
            return node.slots[0];
        }
    }

    @SuppressWarnings("unchecked") // an empty tree holds no T
    static <T> SortedTree<T> empty() {
        return (SortedTree<T>) EMPTY;
    }

    int size() {
        return root.size;
    }

    /** The element at a place, or null. */
    @Nullable T find(Place<T> place) {
        Node node = root;
        while (!node.leaf) {
            node = node.child(childFor(node, place));
        }
        int slot = slotFor(node, place);
        return slot < node.slots.length && place.compare(element(node, slot)) == 0 ? element(node, slot) : null;
    }

    /** The tree with an element at its position, replacing an existing one. */
    SortedTree<T> plus(Place<T> place, T element) {
        Object[] halves = plus(root, place, element);
        return new SortedTree<>(halves.length == 1 ? (Node) halves[0] : Node.of(halves, false));
    }

    /** The tree without the element at a place; the same tree if there is none. */
    SortedTree<T> minus(Place<T> place) {
        Node next = minus(root, place);
        if (next == root) {
            return this;
        }
        while (!next.leaf && next.slots.length == 1) {
            next = next.child(0);
        }
        return next.size == 0 ? empty() : new SortedTree<>(next);
    }

    /** All elements, in order: a view without cost. */
    Collection<T> all() {
        return new Range(0, root.size);
    }

    /** The elements from one position (included) to another (excluded): a view of known size. */
    Collection<T> range(Place<T> from, Place<T> to) {
        int start = rank(from);
        return new Range(start, Math.max(start, rank(to)));
    }

    /** The elements from a place on, included. */
    Collection<T> from(Place<T> from) {
        return new Range(rank(from), root.size);
    }

    /** One node, or the two halves of a full one. */
    private Object[] plus(Node node, Place<T> place, T element) {
        if (node.leaf) {
            int slot = slotFor(node, place);
            if (slot < node.slots.length && place.compare(element(node, slot)) == 0) {
                Object[] slots = node.slots.clone();
                slots[slot] = element;
                return new Object[] {new Node(slots, true, slots.length)};
            }
            return split(inserted(node.slots, slot, element), true, slot == node.slots.length);
        }
        int slot = childFor(node, place);
        Object[] halves = plus(node.child(slot), place, element);
        Object[] slots = halves.length == 1 ? node.slots.clone() : inserted(node.slots, slot + 1, halves[1]);
        slots[slot] = halves[0];
        return split(slots, false, slot == node.slots.length - 1);
    }

    /** @param atEnd names are often inserted in order: then the left half stays full */
    private static Object[] split(Object[] slots, boolean leaf, boolean atEnd) {
        if (slots.length <= WIDTH) {
            return new Object[] {Node.of(slots, leaf)};
        }
        int middle = atEnd ? slots.length - 1 : slots.length / 2;
        return new Object[] {
            Node.of(Arrays.copyOfRange(slots, 0, middle), leaf),
            Node.of(Arrays.copyOfRange(slots, middle, slots.length), leaf)
        };
    }

    private Node minus(Node node, Place<T> place) {
        if (node.leaf) {
            int slot = slotFor(node, place);
            return slot < node.slots.length && place.compare(element(node, slot)) == 0
                    ? Node.of(removed(node.slots, slot), true)
                    : node;
        }
        int slot = childFor(node, place);
        Node before = node.child(slot);
        Node after = minus(before, place);
        if (after == before) {
            return node;
        }
        if (after.slots.length == 0) {
            return Node.of(removed(node.slots, slot), false);
        }
        Object[] slots = node.slots.clone();
        slots[slot] = after;
        return Node.of(merged(slots, slot), false);
    }

    /** Joins a small node with a neighbour, if both fit into one with space to spare. */
    private static Object[] merged(Object[] slots, int slot) {
        Node node = (Node) slots[slot];
        if (node.slots.length > WIDTH / 4 || slots.length == 1) {
            return slots;
        }
        int left = slot == slots.length - 1 ? slot - 1 : slot;
        Node first = (Node) slots[left];
        Node second = (Node) slots[left + 1];
        int length = first.slots.length + second.slots.length;
        if (length > WIDTH * 3 / 4) {
            return slots;
        }
        Object[] both = Arrays.copyOf(first.slots, length);
        System.arraycopy(second.slots, 0, both, first.slots.length, second.slots.length);
        Object[] fewer = removed(slots, left + 1);
        fewer[left] = Node.of(both, first.leaf);
        return fewer;
    }

    /** The number of elements before a position. */
    private int rank(Place<T> place) {
        int rank = 0;
        Node node = root;
        while (!node.leaf) {
            int slot = childFor(node, place);
            for (int i = 0; i < slot; i++) {
                rank += node.child(i).size;
            }
            node = node.child(slot);
        }
        return rank + slotFor(node, place);
    }

    /** The child that holds a position: the last one that does not begin after it. */
    @SuppressWarnings("unchecked")
    private int childFor(Node node, Place<T> place) {
        int low = 0;
        int high = node.slots.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (place.compare((T) node.child(middle).first()) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The first slot of a leaf that is not before a place. */
    private int slotFor(Node leaf, Place<T> place) {
        int low = 0;
        int high = leaf.slots.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place.compare(element(leaf, middle)) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @SuppressWarnings("unchecked") // only plus inserts elements, and they are T
    private T element(Node leaf, int slot) {
        return (T) leaf.slots[slot];
    }

    private static Object[] inserted(Object[] slots, int at, Object value) {
        Object[] more = new Object[slots.length + 1];
        System.arraycopy(slots, 0, more, 0, at);
        more[at] = value;
        System.arraycopy(slots, at, more, at + 1, slots.length - at);
        return more;
    }

    private static Object[] removed(Object[] slots, int at) {
        Object[] fewer = new Object[slots.length - 1];
        System.arraycopy(slots, 0, fewer, 0, at);
        System.arraycopy(slots, at + 1, fewer, at, fewer.length - at);
        return fewer;
    }

    private final class Range extends AbstractCollection<T> {
        private final int from;
        private final int to;

        private Range(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public int size() {
            return to - from;
        }

        @Override
        public Iterator<T> iterator() {
            return new Walk(from, to - from);
        }
    }

    /** Walks leaf by leaf. */
    private final class Walk implements Iterator<T> {
        private final Node[] path = new Node[16];
        private final int[] at = new int[16];
        private int depth;
        private int left;

        private Walk(int skip, int left) {
            this.left = left;
            int rest = skip;
            Node node = root;
            while (!node.leaf) {
                int slot = 0;
                while (slot < node.slots.length - 1 && rest >= node.child(slot).size) {
                    rest -= node.child(slot++).size;
                }
                path[depth] = node;
                at[depth++] = slot;
                node = node.child(slot);
            }
            path[depth] = node;
            at[depth] = rest;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public T next() {
            if (left <= 0) {
                throw new NoSuchElementException();
            }
            if (at[depth] == path[depth].slots.length) {
                nextLeaf();
            }
            left--;
            return element(path[depth], at[depth]++);
        }

        private void nextLeaf() {
            int level = depth - 1;
            while (at[level] == path[level].slots.length - 1) {
                level--;
            }
            at[level]++;
            while (level < depth) {
                path[level + 1] = path[level].child(at[level]);
                at[++level] = 0;
            }
        }
    }
}
