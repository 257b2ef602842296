package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.Protocol;
import java.util.Comparator;

/**
 * The address and port that clients connect to.
 *
 * @param address a ClusterIP or the like; {@link Ipv4#ANY} for a port on every address of the machine
 */
public record Frontend(Ipv4 address, Protocol protocol, int port) implements Comparable<Frontend> {
    private static final Comparator<Frontend> ORDER = Comparator.comparing(Frontend::address)
            .thenComparing(Frontend::protocol)
            .thenComparing(Frontend::port);

    /** Whether it is a NodePort or a hostPort on all addresses. */
    public boolean onEveryAddress() {
        return address.equals(Ipv4.ANY);
    }

    @Override
    public int compareTo(Frontend other) {
        return ORDER.compare(this, other);
    }
}
