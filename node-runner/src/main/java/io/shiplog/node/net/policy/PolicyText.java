package io.shiplog.node.net.policy;

import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.projections.network.PodPolicy.Direction;
import io.shiplog.projections.network.PolicyPeer;
import io.shiplog.projections.network.PolicyRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rules of policies in nft's syntax. Pure. No text of an object becomes a part of it: selectors and names are hashed, addresses and
 * numbers parsed.
 */
final class PolicyText {
    static final String ADDRESSES = "type ipv4_addr;";
    static final String ADDRESSES_AND_PORTS = "type ipv4_addr . inet_service;";
    private static final int HASH_BYTES = 10;

    private PolicyText() {}

    /** The name of the set with the addresses of the pods that a peer means. */
    static String set(PolicyPeer.Pods peer) {
        return "p" + hash(peer.namespace() + "|" + peer.namespaces() + "|" + peer.pods());
    }

    /** The name of the set with each pod's address and its number of a named port. */
    static String set(String protocol, String portName) {
        return "n" + hash(protocol + "|" + portName);
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The lines that accept what a rule allows; none if it allows nothing that exists here. */
    static List<String> accepting(PolicyRule rule, Direction direction) {
        String side = direction == Direction.INGRESS ? "saddr" : "daddr";
        List<String> peers = new ArrayList<>();
        if (rule.peers().isEmpty()) {
            peers.add("");
        }
        for (PolicyPeer peer : rule.peers()) {
            String match = match(peer, side);
            if (match != null) {
                peers.add(match);
            }
        }
        List<String> lines = new ArrayList<>();
        for (String ports : ports(rule.ports())) {
            peers.forEach(peer -> lines.add(peer + ports + "accept"));
        }
        return lines;
    }

    private static @Nullable String match(PolicyPeer peer, String side) {
        return switch (peer) {
            case PolicyPeer.Pods pods -> "ip %s @%s ".formatted(side, set(pods));
            case PolicyPeer.Block block -> match(block, side);
        };
    }

    private static @Nullable String match(PolicyPeer.Block block, String side) {
        Ipv4Range range = Ipv4Range.parse(block.cidr());
        if (range == null) {
            return null;
        }
        StringBuilder match = new StringBuilder(range.prefix() == 0 ? "" : "ip %s %s ".formatted(side, range));
        for (String except : block.except()) {
            Ipv4Range hole = Ipv4Range.parse(except);
            if (hole != null && hole.prefix() > 0) {
                match.append("ip %s != %s ".formatted(side, hole));
            }
        }
        return match.toString();
    }

    /** One match for each protocol and named port, {@code ""} for everything. */
    private static List<String> ports(List<PolicyRule.Port> ports) {
        if (ports.isEmpty()) {
            return List.of("");
        }
        Map<String, TreeMap<Integer, Integer>> numbers = new LinkedHashMap<>();
        List<String> matches = new ArrayList<>();
        for (PolicyRule.Port port : ports) {
            String protocol = protocol(port.protocol());
            if (protocol == null) {
                continue;
            }
            if (!port.name().isEmpty()) {
                matches.add("ip daddr . %s dport @%s ".formatted(protocol, set(port.protocol(), port.name())));
            } else if (port.all()) {
                matches.add("meta l4proto %s ".formatted(protocol));
            } else {
                numbers.computeIfAbsent(protocol, each -> new TreeMap<>()).merge(port.first(), port.last(), Math::max);
            }
        }
        numbers.forEach((protocol, ranges) -> matches.add("%s dport { %s } ".formatted(protocol, joined(ranges))));
        return matches;
    }

    /** Ranges that overlap or touch are one: nft refuses sets with overlaps. */
    private static String joined(TreeMap<Integer, Integer> ranges) {
        List<String> texts = new ArrayList<>();
        int first = -1;
        int last = -1;
        for (Map.Entry<Integer, Integer> range : ranges.entrySet()) {
            if (first >= 0 && range.getKey() <= last + 1) {
                last = Math.max(last, range.getValue());
                continue;
            }
            if (first >= 0) {
                texts.add(range(first, last));
            }
            first = range.getKey();
            last = range.getValue();
        }
        texts.add(range(first, last));
        return String.join(", ", texts);
    }

    private static String range(int first, int last) {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }

    static @Nullable String protocol(String name) {
        return switch (name) {
            case "TCP" -> "tcp";
            case "UDP" -> "udp";
            case "SCTP" -> "sctp";
            default -> null;
        };
    }
}
