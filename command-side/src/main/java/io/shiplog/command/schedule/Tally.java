package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Crowds.Crowd;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The number of pods of a {@link Query} in each domain of its topology key. Immutable: a pod that comes or goes copies one block. It
 * holds as long as the layout of the nodes and the labels of namespaces do.
 */
final class Tally {
    private static final int BITS = 6;
    private static final int BLOCK = 1 << BITS;
    private static final int MASK = BLOCK - 1;

    private final Query query;
    private final Domains domains;
    /** The nodes that count; null for all. */
    private final @Nullable BitSet nodes;
    /** The domains with at least one node that counts. */
    private final BitSet present;
    /** The number of pods by domain. */
    private final int[][] blocks;

    private final int total;

    private Tally(Query query, Domains domains, @Nullable BitSet nodes, BitSet present, int[][] blocks, int total) {
        this.query = query;
        this.domains = domains;
        this.nodes = nodes;
        this.present = present;
        this.blocks = blocks;
        this.total = total;
    }

    /** Counts all pods of a view. */
    static Tally count(Query query, ClusterView view) {
        NodeTable table = view.table();
        Domains domains = table.domains(query.topologyKey());
        BitSet nodes = query.nodes().of(table);
        BitSet present = new BitSet(domains.count());
        for (int at = 0; at < table.size(); at++) {
            if (domains.of(at) != Domains.NONE && (nodes == null || nodes.get(at))) {
                present.set(domains.of(at));
            }
        }
        int[][] blocks = new int[(domains.count() + MASK) >> BITS][BLOCK];
        Tally empty = new Tally(query, domains, nodes, present, blocks, 0);
        int total = 0;
        for (Map.Entry<Crowd, ? extends Map<String, Integer>> crowd :
                view.crowds().nodes().entrySet()) {
            int times = query.pods().times(crowd.getKey(), view);
            if (times > 0) {
                for (Map.Entry<String, Integer> there : crowd.getValue().entrySet()) {
                    int domain = empty.counted(table.position(there.getKey()));
                    if (domain != Domains.NONE) {
                        blocks[domain >> BITS][domain & MASK] += times * there.getValue();
                        total += times * there.getValue();
                    }
                }
            }
        }
        return new Tally(query, domains, nodes, present, blocks, total);
    }

    Query query() {
        return query;
    }

    /** The domain that a pod on the node at a position counts in, or {@link Domains#NONE}. */
    private int counted(int position) {
        return position < 0 || nodes != null && !nodes.get(position) ? Domains.NONE : domains.of(position);
    }

    /** The tally after so many more pods on the node at a position. */
    Tally plus(int position, int more) {
        int domain = counted(position);
        if (domain == Domains.NONE) {
            return this;
        }
        int[][] next = blocks.clone();
        int[] block = next[domain >> BITS].clone();
        block[domain & MASK] += more;
        next[domain >> BITS] = block;
        return new Tally(query, domains, nodes, present, next, total + more);
    }

    /** The number of the domain of the node at a position, or {@link Domains#NONE}. */
    int domain(int position) {
        return domains.of(position);
    }

    /** The number of pods in the domain of the node at a position; 0 if it has none. */
    int at(int position) {
        int domain = domains.of(position);
        return domain == Domains.NONE ? 0 : blocks[domain >> BITS][domain & MASK];
    }

    /** The number of all domains of the topology key. */
    int size() {
        return domains.count();
    }

    /** The number of domains with at least one node that counts. */
    int presentDomains() {
        return present.cardinality();
    }

    /** The least number of pods in a domain with a node that counts; 0 if there is none. */
    int least() {
        int least = Integer.MAX_VALUE;
        for (int domain = present.nextSetBit(0); domain >= 0; domain = present.nextSetBit(domain + 1)) {
            least = Math.min(least, blocks[domain >> BITS][domain & MASK]);
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    /** Whether there is no such pod in any domain. */
    boolean isEmpty() {
        return total == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally tally
                && query.equals(tally.query)
                && total == tally.total
                && present.equals(tally.present)
                && Arrays.deepEquals(blocks, tally.blocks);
    }

    @Override
    public int hashCode() {
        return query.hashCode() + total;
    }

    @Override
    public String toString() {
        return query + ": " + Arrays.deepToString(blocks);
    }
}
