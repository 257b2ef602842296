package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The complete filter of this machine's pods. A value; equal rules are interchangeable.
 *
 * @param chains the rules of each chain
 * @param sets the type of each set that a chain looks into
 * @param pods what is known about each address of a pod
 */
record PolicyRules(SortedMap<String, List<String>> chains, SortedMap<String, String> sets, Map<Ipv4, PodRules> pods) {
    static final PolicyRules NONE = new PolicyRules(new TreeMap<>(), new TreeMap<>(), Map.of());

    PolicyRules {
        chains = Collections.unmodifiableSortedMap(chains);
        sets = Collections.unmodifiableSortedMap(sets);
        pods = Collections.unmodifiableMap(pods);
    }
}
