package io.shiplog.node.net.proxy;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that the proxy does: what becomes of a connection, by where it goes. A value; equal rules are the same rules. */
public record ProxyRules(SortedMap<Frontend, Route> routes) {
    public static final ProxyRules NONE = new ProxyRules(new TreeMap<>());

    public ProxyRules {
        routes = Collections.unmodifiableSortedMap(new TreeMap<>(routes));
    }
}
