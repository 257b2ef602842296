package io.shiplog.node.net;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machines.Way;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The names of a cluster's interfaces. Names have at most 15 characters, so they contain four characters of a hash of the
 * cluster, and the interface's alias the full name. A pod's interface is named after its address: so the kernel itself prevents
 * duplicate addresses.
 */
record LinkNames(String cluster) {
    private static final int RADIX = 36;
    private static final int HASH_RANGE = RADIX * RADIX * RADIX * RADIX;
    private static final String ALIAS_KEY = "io.shiplog.cluster=";

    /** The prefix of all interfaces of the cluster. */
    String prefix() {
        CRC32 crc = new CRC32();
        crc.update(cluster.getBytes(StandardCharsets.UTF_8));
        String hash = Integer.toString((int) (crc.getValue() % HASH_RANGE), RADIX);
        return "sl" + "0".repeat(4 - hash.length()) + hash;
    }

    /** The prefix of pods' interfaces on the machine's side. */
    String podPrefix() {
        return prefix() + "v";
    }

    String pod(Ipv4 address) {
        return podPrefix() + hex(address);
    }

    /** The bridge that carries a node's gateway address. */
    String bridge(Ipv4Range nodeRange) {
        return prefix() + "b" + hex(nodeRange.network());
    }

    /** The bridge that carries the name server's address. */
    String nameServer() {
        return prefix() + "d";
    }

    /** The interface of the tunnels to other machines. */
    String tunnel(Way way) {
        return switch (way) {
            case ROUTES -> prefix() + "x";
            case OVS_GRE -> openVswitch();
        };
    }

    /** The bridge of Open vSwitch. */
    String openVswitch() {
        return prefix() + "o";
    }

    /** The metric of the cluster's routes to other machines, which marks them. */
    int metric() {
        CRC32 crc = new CRC32();
        crc.update(cluster.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() & Integer.MAX_VALUE) | 1;
    }

    /** The alias of the cluster's interfaces: the cluster, then details. */
    String alias(String details) {
        return ALIAS_KEY + cluster + (details.isEmpty() ? "" : " " + details);
    }

    /** Whether an interface is this cluster's: a hash alone may collide. */
    boolean owns(String name, String alias) {
        return name.startsWith(prefix()) && (alias + " ").startsWith(ALIAS_KEY + cluster + " ");
    }

    /** The address in a pod interface's name; null for other interfaces. */
    @Nullable Ipv4 addressIn(String name) {
        String hex = name.startsWith(podPrefix()) ? name.substring(podPrefix().length()) : "";
        return hex.matches("[0-9a-f]{8}") ? new Ipv4(Integer.parseUnsignedInt(hex, 16)) : null;
    }

    /** The nftables tables. */
    List<String> tables() {
        return List.of(table(), policies());
    }

    /** The table of the NetworkPolicies. */
    String policies() {
        return table() + "-policies";
    }

    /** The table of the service proxy. */
    String table() {
        return "shiplog-" + cluster.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private static String hex(Ipv4 address) {
        return "%08x".formatted(address.bits());
    }
}
