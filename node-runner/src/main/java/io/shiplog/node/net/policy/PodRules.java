package io.shiplog.node.net.policy;

import java.util.Set;

/**
 * What the filter holds about one pod's address.
 *
 * @param elements the pod's elements of sets and maps; only those of sets that the rules have are written
 */
record PodRules(Set<Element> elements) {
    PodRules {
        elements = Set.copyOf(elements);
    }

    /** An element of a set, or of a map with its value, in nft's syntax. */
    record Element(String set, String text) {}
}
