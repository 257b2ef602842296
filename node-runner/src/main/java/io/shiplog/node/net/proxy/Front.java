package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.Protocol;
import java.util.Comparator;

/**
 * Where a client connects to.
 *
 * @param address a ClusterIP or the like; {@link Ipv4#ANY} for a port of every address of the machine
 */
public record Front(Ipv4 address, Protocol protocol, int port) implements Comparable<Front> {
    private static final Comparator<Front> ORDER =
            Comparator.comparing(Front::address).thenComparing(Front::protocol).thenComparing(Front::port);

    /** Whether it is a NodePort or a hostPort on all addresses. */
    public boolean onEveryAddress() {
        return address.equals(Ipv4.ANY);
    }

    @Override
    public int compareTo(Front other) {
        return ORDER.compare(this, other);
    }
}
