package io.shiplog.node.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's header {@code Shiplog-Proxy}: where a request is to be passed on. Pure.
 *
 * @param nonce marks this node's own refusals: a pod does not know it
 * @param scheme {@code http} or {@code https}
 * @param namespace of the pod; empty for the node itself
 * @param address a literal one
 */
record ProxyOrder(String nonce, String scheme, String namespace, String pod, String address, int port) {
    private static final int PARTS = 6;
    private static final int MAX_PORT = 65_535;
    private static final String NODE = "-";

    /** Reads a header; null if it is none. */
    static @Nullable ProxyOrder parse(String header) {
        String[] parts = header.split(" ");
        boolean whole = parts.length == PARTS
                && (parts[1].equals("http") || parts[1].equals("https"))
                && parts[5].matches("[0-9]{1,5}");
        int port = whole ? Integer.parseInt(parts[5]) : 0;
        return port > 0 && port <= MAX_PORT
                ? new ProxyOrder(parts[0], parts[1], parts[2].equals(NODE) ? "" : parts[2], parts[3], parts[4], port)
                : null;
    }

    /** Whether it is for a port of the node itself, not of a pod. */
    boolean isForNode() {
        return namespace.isEmpty();
    }

    /**
     * The address, if Kubernetes lets a proxy connect there: not loopback, link-local, multicast, or none.
     *
     * @return null if not
     * @see <a href="https://pkg.go.dev/net#IP.IsGlobalUnicast">IsGlobalUnicast</a>
     */
    @Nullable InetAddress allowed() {
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            boolean refused = literal.isLoopbackAddress()
                    || literal.isLinkLocalAddress()
                    || literal.isMulticastAddress()
                    || literal.isAnyLocalAddress()
                    || isBroadcast(literal);
            return refused ? null : InetAddress.getByAddress(literal.getAddress());
        } catch (IllegalArgumentException | UnknownHostException e) {
            return null;
        }
    }

    private static boolean isBroadcast(InetAddress address) {
        for (byte each : address.getAddress()) {
            if (each != -1) {
                return false;
            }
        }
        return true;
    }
}
