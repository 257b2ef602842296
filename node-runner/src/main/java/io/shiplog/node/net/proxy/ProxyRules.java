package io.shiplog.node.net.proxy;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The complete state of the proxy: the routes of connections, by frontend. A value; equal rules are interchangeable. */
public record ProxyRules(SortedMap<Frontend, Route> routes) {
    public static final ProxyRules NONE = new ProxyRules(new TreeMap<>());

    public ProxyRules {
        routes = Collections.unmodifiableSortedMap(new TreeMap<>(routes));
    }
}
