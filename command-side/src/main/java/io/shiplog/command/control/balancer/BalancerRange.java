package io.shiplog.command.control.balancer;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * The IPv4 addresses that Services of type LoadBalancer get.
 *
 * @param first the lowest one, as a number
 * @param size how many there are
 */
public record BalancerRange(long first, long size) {
    private static final int BITS = 32;
    private static final int WIDEST = 16;

    /**
     * Parses a range such as {@code 192.0.2.16/28}.
     *
     * @throws IllegalArgumentException if it is none, has bits beyond its prefix, or is wider than a /16
     */
    public static BalancerRange of(String cidr) {
        if (!cidr.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 range such as 192.0.2.16/28: " + cidr);
        }
        int slash = cidr.indexOf('/');
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        if (prefix < WIDEST || prefix > BITS) {
            throw new IllegalArgumentException("not between /16 and /32: " + cidr);
        }
        long size = 1L << (BITS - prefix);
        long first = number(cidr.substring(0, slash));
        if (first % size != 0) {
            throw new IllegalArgumentException("it has bits beyond its prefix: " + cidr);
        }
        return new BalancerRange(first, size);
    }

    private static long number(String address) {
        return ByteBuffer.wrap(Inet4Address.ofLiteral(address).getAddress()).getInt() & 0xffffffffL;
    }

    boolean contains(String address) {
        if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return false;
        }
        try {
            long offset = number(address) - first;
            return offset >= 0 && offset < size;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The lowest address that is not taken; empty if all are. */
    String free(Set<String> taken) {
        for (long i = 0; i < size; i++) {
            long n = first + i;
            String address = (n >> 24) + "." + (n >> 16 & 255) + "." + (n >> 8 & 255) + "." + (n & 255);
            if (!taken.contains(address)) {
                return address;
            }
        }
        return "";
    }
}
