package io.shiplog.node.net.address;

import org.jspecify.annotations.Nullable;

/**
 * A CIDR range, as {@code 10.244.1.0/24}.
 *
 * @param network the lowest address
 * @param prefix leading bits that all addresses share, 0 to 32
 */
public record Ipv4Range(Ipv4 network, int prefix) implements Comparable<Ipv4Range> {
    private static final int BITS = 32;

    public Ipv4Range {
        if (prefix < 0 || prefix > BITS || (network.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException("not a range: " + network + "/" + prefix);
        }
    }

    /**
     * Parses {@code a.b.c.d/n}.
     *
     * @throws IllegalArgumentException if it is invalid, or has bits set beyond the prefix
     */
    public static Ipv4Range of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 range (a.b.c.d/n): " + text);
        }
        return new Ipv4Range(Ipv4.of(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** Parses {@code a.b.c.d/n}, bits beyond the prefix are dropped; null for anything else, IPv6 included. */
    public static @Nullable Ipv4Range parse(String text) {
        int slash = text.indexOf('/');
        Ipv4 address = slash < 0 ? null : Ipv4.parse(text.substring(0, slash));
        if (address == null || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            return null;
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return prefix > BITS ? null : new Ipv4Range(new Ipv4(address.bits() & mask(prefix)), prefix);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    public boolean contains(Ipv4 address) {
        return (address.bits() & mask(prefix)) == network.bits();
    }

    /** Whether the ranges overlap. */
    public boolean overlaps(Ipv4Range other) {
        return prefix <= other.prefix ? contains(other.network) : other.contains(network);
    }

    /** The number of addresses; at most 2³². */
    public long size() {
        return 1L << (BITS - prefix);
    }

    @Override
    public int compareTo(Ipv4Range other) {
        int byNetwork = network.compareTo(other.network);
        return byNetwork != 0 ? byNetwork : Integer.compare(prefix, other.prefix);
    }

    @Override
    public String toString() {
        return network + "/" + prefix;
    }
}
