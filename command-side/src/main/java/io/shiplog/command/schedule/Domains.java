package io.shiplog.command.schedule;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The domains of one topology key: nodes with the same value of the label are one domain. Immutable. */
final class Domains {
    /** The domain of a node without the label. */
    static final int NONE = -1;

    private final int[] ofNode;
    private final int count;

    private Domains(int[] ofNode, int count) {
        this.ofNode = ofNode;
        this.count = count;
    }

    static Domains of(String topologyKey, NodeTable nodes) {
        int[] ofNode = new int[nodes.size()];
        Map<String, Integer> numbers = new HashMap<>();
        for (int at = 0; at < ofNode.length; at++) {
            String value = nodes.at(at).labels().get(topologyKey);
            Integer known = value == null ? Integer.valueOf(NONE) : numbers.get(value);
            if (known == null) {
                known = numbers.size();
                numbers.put(value, known);
            }
            ofNode[at] = known;
        }
        return new Domains(ofNode, numbers.size());
    }

    /** The number of the domain of the node at a position, from 0 on; {@link #NONE} if it has none. */
    int of(int position) {
        return ofNode[position];
    }

    /** The number of domains. */
    int count() {
        return count;
    }

    @Override
    public String toString() {
        return Arrays.toString(ofNode);
    }
}
