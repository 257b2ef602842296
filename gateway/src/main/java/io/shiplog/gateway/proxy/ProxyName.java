package io.shiplog.gateway.proxy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name in a path of a proxy: {@code NAME}, {@code NAME:PORT} or {@code SCHEME:NAME:PORT}. Pure.
 *
 * @param scheme {@code http}, {@code https} or empty
 * @param port a number, or the name of a Service's port; empty if none is named
 * @see <a href="https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls">Proxy
 *     URLs</a>
 */
record ProxyName(String scheme, String name, String port) {
    private static final Set<String> SCHEMES = Set.of("", "http", "https");
    private static final int ALL_PARTS = 3;

    /** Null if it is none. */
    static @Nullable ProxyName parse(String id) {
        String[] parts = id.split(":", -1);
        ProxyName read = switch (parts.length) {
            case 1 -> new ProxyName("", parts[0], "");
            case 2 -> new ProxyName("", parts[0], parts[1]);
            case ALL_PARTS -> new ProxyName(parts[0], parts[1], parts[2]);
            default -> null;
        };
        return read == null || read.name.isEmpty() || !SCHEMES.contains(read.scheme) ? null : read;
    }

    /** With the default. */
    String schemeOrHttp() {
        return scheme.isEmpty() ? "http" : scheme;
    }
}
