package io.shiplog.gateway.proxy;

import io.shiplog.projections.image.StoredObject;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * Where a proxied request goes.
 *
 * @param node the node's server
 * @param pod null for a node
 * @param scheme {@code http} or {@code https}
 * @param address literal; empty for the node's server itself
 * @param port empty for the scheme's own, or for the node's server
 */
record ProxyTarget(RequestOptions node, @Nullable StoredObject pod, String scheme, String address, String port) {

    /** Whether the node's server answers it, and does not pass it on. */
    boolean isNodeServer() {
        return address.isEmpty();
    }

    /** As a URL has it: by this the target knows links to itself. */
    String host() {
        if (isNodeServer()) {
            return node.getHost() + ":" + node.getPort();
        }
        String literal = address.contains(":") ? "[" + address + "]" : address;
        return port.isEmpty() ? literal : literal + ":" + port;
    }

    /** For the node, in the header that it reads. */
    String order(String nonce) {
        StoredObject of = pod;
        return "%s %s %s %s %s %s"
                .formatted(
                        nonce,
                        scheme,
                        of == null ? "-" : of.key().namespace(),
                        of == null ? "-" : of.key().name(),
                        address,
                        port.isEmpty() ? scheme.equals("https") ? "443" : "80" : port);
    }
}
