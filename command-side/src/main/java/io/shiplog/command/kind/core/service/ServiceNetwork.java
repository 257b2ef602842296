package io.shiplog.command.kind.core.service;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * The addresses and ports of Services.
 *
 * @param cidr IPv4, as {@code 10.96.0.0/12}
 * @param firstNodePort the first node port
 * @param lastNodePort the last node port, included
 */
public record ServiceNetwork(String cidr, int firstNodePort, int lastNodePort) {
    public static final ServiceNetwork DEFAULT = new ServiceNetwork("10.96.0.0/12", 30000, 32767);

    /** Addresses at the start of the range reserved for static assignment. */
    private static final int STATIC_MIN = 16;

    private static final int STATIC_MAX = 256;
    private static final int ADDRESS_BITS = 32;

    /**
     * @throws IllegalArgumentException if the range is not an IPv4 range of at least eight addresses, or the ports are invalid
     */
    public ServiceNetwork {
        int slash = cidr.indexOf('/');
        if (slash < 0 || size(cidr) < 8) {
            throw new IllegalArgumentException("not an IPv4 range such as 10.96.0.0/12: " + cidr);
        }
        toLong(cidr.substring(0, slash));
        if (firstNodePort < 1 || lastNodePort > 65535 || firstNodePort > lastNodePort) {
            throw new IllegalArgumentException("not a range of ports: " + firstNodePort + "-" + lastNodePort);
        }
    }

    private static long size(String cidr) {
        int bits = Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
        return bits < 0 || bits > ADDRESS_BITS ? 0 : 1L << (ADDRESS_BITS - bits);
    }

    /** The first address of the range, as a number. */
    private long base() {
        return toLong(cidr.substring(0, cidr.indexOf('/'))) & ~(size(cidr) - 1);
    }

    /** The number of assignable addresses: all but the network's and the broadcast address. */
    long usable() {
        return size(cidr) - 2;
    }

    /** The address with a number from 1 to {@link #usable()}. */
    String address(long number) {
        long value = base() + number;
        return (value >> 24) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255);
    }

    /** The number of addresses reserved for static assignment. */
    long reserved() {
        return Math.min(Math.max(STATIC_MIN, size(cidr) / 16), Math.min(STATIC_MAX, usable() - 1));
    }

    /** Whether an IPv4 address is in the Services' network, the two that no Service can have included. */
    boolean covers(String address) {
        long number = toLong(address) - base();
        return number >= 0 && number < usable() + 2;
    }

    /** Whether a Service can have an IPv4 address. */
    boolean contains(String address) {
        long number = toLong(address) - base();
        return number >= 1 && number <= usable();
    }

    boolean containsPort(int port) {
        return port >= firstNodePort && port <= lastNodePort;
    }

    private static long toLong(String address) {
        if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            throw new IllegalArgumentException("not an IPv4 address: " + address);
        }
        return ByteBuffer.wrap(Inet4Address.ofLiteral(address).getAddress()).getInt() & 0xffffffffL;
    }
}
