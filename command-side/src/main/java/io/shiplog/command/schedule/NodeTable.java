package io.shiplog.command.schedule;

import io.shiplog.events.placement.NodeOffer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The nodes that exist, sorted by name, each at a position. Immutable: a changed node copies its block, a new one all references.
 * So a decision reads nodes as from an array, and a placed pod costs the same however many nodes there are.
 */
final class NodeTable {
    static final NodeTable EMPTY = new NodeTable(new Layout(new String[0]), new NodeState[0][], HashTreePMap.empty());

    private static final int BITS = 6;
    private static final int BLOCK = 1 << BITS;
    private static final int MASK = BLOCK - 1;

    private final Layout layout;
    private final NodeState[][] blocks;
    /** The number of nodes that have an image. */
    private final PMap<String, Integer> images;

    /**
     * What holds until a node comes, goes or changes its labels or taints: positions, and the domains of topology keys. Its identity
     * tells whether counts by domain still apply.
     */
    static final class Layout {
        private final String[] names;
        private final Map<String, Domains> domains = new ConcurrentHashMap<>();

        private Layout(String[] names) {
            this.names = names;
        }
    }

    private NodeTable(Layout layout, NodeState[][] blocks, PMap<String, Integer> images) {
        this.layout = layout;
        this.blocks = blocks;
        this.images = images;
    }

    Layout layout() {
        return layout;
    }

    int size() {
        return layout.names.length;
    }

    NodeState at(int position) {
        return blocks[position >> BITS][position & MASK];
    }

    /** The position of a node; negative if there is none. */
    int position(String name) {
        return Arrays.binarySearch(layout.names, name);
    }

    /** The node, or null if there is none. */
    @Nullable NodeState get(String name) {
        int position = position(name);
        return position < 0 ? null : at(position);
    }

    /** The domains of a topology key. */
    Domains domains(String topologyKey) {
        return layout.domains.computeIfAbsent(topologyKey, key -> Domains.of(key, this));
    }

    /** The number of nodes that have an image. */
    int withImage(String image) {
        return images.getOrDefault(image, 0);
    }

    NodeTable with(NodeState node) {
        int position = position(node.name());
        if (position < 0) {
            int insertion = -position - 1;
            String[] names = new String[size() + 1];
            System.arraycopy(layout.names, 0, names, 0, insertion);
            names[insertion] = node.name();
            System.arraycopy(layout.names, insertion, names, insertion + 1, size() - insertion);
            return new NodeTable(
                    new Layout(names),
                    blocks(names.length, at -> at < insertion ? at(at) : at == insertion ? node : at(at - 1)),
                    counted(images, NodeOffer.NOTHING, node.offer()));
        }
        NodeState before = at(position);
        NodeState[][] next = blocks.clone();
        NodeState[] block = next[position >> BITS].clone();
        block[position & MASK] = node;
        next[position >> BITS] = block;
        boolean stands = before.labels().equals(node.labels())
                && before.offer().taints().equals(node.offer().taints());
        return new NodeTable(
                stands ? layout : new Layout(layout.names), next, counted(images, before.offer(), node.offer()));
    }

    NodeTable without(String name) {
        int position = position(name);
        if (position < 0) {
            return this;
        }
        String[] names = new String[size() - 1];
        System.arraycopy(layout.names, 0, names, 0, position);
        System.arraycopy(layout.names, position + 1, names, position, names.length - position);
        return new NodeTable(
                new Layout(names),
                blocks(names.length, at -> at(at < position ? at : at + 1)),
                counted(images, at(position).offer(), NodeOffer.NOTHING));
    }

    private interface ByPosition {
        NodeState at(int position);
    }

    private static NodeState[][] blocks(int size, ByPosition nodes) {
        NodeState[][] blocks = new NodeState[(size + MASK) >> BITS][];
        for (int i = 0; i < blocks.length; i++) {
            NodeState[] block = new NodeState[Math.min(BLOCK, size - (i << BITS))];
            for (int j = 0; j < block.length; j++) {
                block[j] = nodes.at((i << BITS) + j);
            }
            blocks[i] = block;
        }
        return blocks;
    }

    private static PMap<String, Integer> counted(PMap<String, Integer> images, NodeOffer before, NodeOffer after) {
        if (before.images().equals(after.images())) {
            return images;
        }
        PMap<String, Integer> next = images;
        for (String image : before.images().keySet()) {
            int left = next.getOrDefault(image, 0) - 1;
            next = left == 0 ? next.minus(image) : next.plus(image, left);
        }
        for (String image : after.images().keySet()) {
            next = next.plus(image, next.getOrDefault(image, 0) + 1);
        }
        return next;
    }

    /** All nodes, by name. */
    List<NodeState> all() {
        return new All();
    }

    private final class All extends AbstractList<NodeState> implements RandomAccess {
        @Override
        public NodeState get(int position) {
            return at(position);
        }

        @Override
        public int size() {
            return NodeTable.this.size();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeTable table && all().equals(table.all()) && images.equals(table.images);
    }

    @Override
    public int hashCode() {
        return all().hashCode();
    }

    @Override
    public String toString() {
        return all().toString();
    }
}
