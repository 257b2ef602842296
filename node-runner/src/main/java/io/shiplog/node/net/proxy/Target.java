package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import java.util.Comparator;

/** The destination of a connection: an endpoint's address and port. */
public record Target(Ipv4 address, int port) implements Comparable<Target> {
    private static final Comparator<Target> ORDER =
            Comparator.comparing(Target::address).thenComparing(Target::port);

    @Override
    public int compareTo(Target other) {
        return ORDER.compare(this, other);
    }
}
