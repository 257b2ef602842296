package io.shiplog.docker.launch.node;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The nodes of one machine: {@code node-3}, {@code node-4}. A node's number determines its name and its part of the pods'
 * network, so machines of a cluster use different numbers.
 *
 * @param first from 1
 * @param count how many; 0 for a machine without nodes
 * @throws IllegalArgumentException if the pods' network has no part for one of them
 */
public record NodeNumbers(int first, int count) {
    /** The third byte of an address in a /16 is the node's number; 255 is not used. */
    private static final int LAST = 254;
    /** A sensible maximum of logical nodes on one machine. */
    static final int MOST_ON_A_MACHINE = 20;

    public NodeNumbers {
        if (count < 0 || count > MOST_ON_A_MACHINE) {
            throw new IllegalArgumentException(
                    "%d nodes: a machine has between 0 and %d".formatted(count, MOST_ON_A_MACHINE));
        }
        if (first < 1 || first + count - 1 > LAST) {
            throw new IllegalArgumentException(
                    "nodes %d to %d: between 1 and %d".formatted(first, first + count - 1, LAST));
        }
    }

    /** Nodes 1 to {@code count}. */
    public static NodeNumbers firstOnes(int count) {
        return new NodeNumbers(1, count);
    }

    /** The name of the node with a number. */
    public static String name(int number) {
        return "node-" + number;
    }

    /** Every number, in order. */
    List<Integer> all() {
        return IntStream.range(first, first + count).boxed().toList();
    }
}
