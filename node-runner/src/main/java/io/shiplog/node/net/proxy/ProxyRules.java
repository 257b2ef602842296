package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4Range;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The complete state of the proxy. A value; equal rules are interchangeable.
 *
 * @param routes the routes of connections, by frontend
 * @param shortcuts those of clients within the cluster, where they differ: {@code externalTrafficPolicy: Local} is for clients outside
 * @param sources the clients of a frontend that not everybody may use
 */
public record ProxyRules(
        SortedMap<Frontend, Route> routes,
        SortedMap<Frontend, Route> shortcuts,
        SortedMap<Frontend, SortedSet<Ipv4Range>> sources) {
    public static final ProxyRules NONE = new ProxyRules(new TreeMap<>());

    /** Without differences between clients. */
    public ProxyRules(SortedMap<Frontend, Route> routes) {
        this(routes, new TreeMap<>(), new TreeMap<>());
    }

    public ProxyRules {
        routes = Collections.unmodifiableSortedMap(new TreeMap<>(routes));
        shortcuts = Collections.unmodifiableSortedMap(new TreeMap<>(shortcuts));
        TreeMap<Frontend, SortedSet<Ipv4Range>> copy = new TreeMap<>();
        for (Map.Entry<Frontend, SortedSet<Ipv4Range>> each : sources.entrySet()) {
            copy.put(each.getKey(), Collections.unmodifiableSortedSet(new TreeSet<>(each.getValue())));
        }
        sources = Collections.unmodifiableSortedMap(copy);
    }
}
