package io.shiplog.node.net;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * The taken addresses of a node's range. A value, rebuilt from the attached interfaces; nothing is stored.
 *
 * @param last the last assigned address: the search continues after it, so that a released address is not reused at once
 */
record Ipam(Ipv4Range range, PSet<Ipv4> taken, Ipv4 last) {
    /** Network, gateway and broadcast address are never assigned. */
    private static final int FIRST_OFFSET = 2;

    static Ipam of(Ipv4Range range, Collection<Ipv4> attached) {
        PSet<Ipv4> taken = HashTreePSet.empty();
        Ipv4 last = NodeNetworkConfig.gateway(range);
        for (Ipv4 address : attached) {
            if (range.contains(address)) {
                taken = taken.plus(address);
                last = address.compareTo(last) > 0 ? address : last;
            }
        }
        return new Ipam(range, taken, last);
    }

    /** The next free address, or null if none is left. */
    @Nullable Ipv4 next() {
        long usable = range.size() - FIRST_OFFSET - 1;
        long start = Integer.toUnsignedLong(last.bits() - range.network().bits()) - FIRST_OFFSET + 1;
        for (long i = 0; i < usable; i++) {
            Ipv4 candidate = range.network().plus(FIRST_OFFSET + (int) ((start + i) % usable));
            if (!taken.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    Ipam take(Ipv4 address) {
        return new Ipam(range, taken.plus(address), address);
    }

    Ipam free(Ipv4 address) {
        return new Ipam(range, taken.minus(address), last);
    }
}
