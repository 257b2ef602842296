package io.shiplog.node.net.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 address.
 *
 * @param bits the four bytes, the first one highest
 */
public record Ipv4(int bits) implements Comparable<Ipv4> {
    private static final int BYTES = 4;
    private static final int LOOPBACK = 127;
    private static final int FIRST_MULTICAST = 224;
    /** 0.0.0.0: any address. */
    public static final Ipv4 ANY = new Ipv4(0);

    /** Parses {@code a.b.c.d} in decimal without leading zeros; null for anything else, IPv6 included. */
    public static @Nullable Ipv4 parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != BYTES) {
            return null;
        }
        int bits = 0;
        for (String part : parts) {
            int value = octet(part);
            if (value < 0) {
                return null;
            }
            bits = bits << 8 | value;
        }
        return new Ipv4(bits);
    }

    /**
     * Parses {@code a.b.c.d}.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    public static Ipv4 of(String text) {
        Ipv4 address = parse(text);
        if (address == null) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        return address;
    }

    /** Leading zeros are refused: some programs parse them as octal (CVE-2021-29923). */
    private static int octet(String part) {
        if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value > 255 ? -1 : value;
    }

    /** Whether another machine may have it: not 0.0.0.0/8, loopback, multicast or above. */
    public boolean isUnicast() {
        int first = bits >>> 24;
        return first != 0 && first != LOOPBACK && first < FIRST_MULTICAST;
    }

    /** The address at this offset. */
    public Ipv4 plus(int offset) {
        return new Ipv4(bits + offset);
    }

    /** The four bytes in network order. */
    public byte[] bytes() {
        return new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    }

    /** The java.net form. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }

    /** The form {@code 10-244-1-7} of pod and endpoint names. */
    public String dashed() {
        return toString().replace('.', '-');
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }
}
