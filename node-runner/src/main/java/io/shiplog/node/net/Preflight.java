package io.shiplog.node.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.Obstacles.Collision;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machines.PeerRoutes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether this machine supports the network, and if not, why. Changes nothing. */
record Preflight(Machine machine, LinkNames names) {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/ostype");
    private static final Path STATUS = Path.of("/proc/self/status");
    /** CAP_NET_ADMIN, to create interfaces and rules. */
    private static final int NET_ADMIN = 12;
    /** CAP_SYS_ADMIN, to enter a pod's namespace. */
    private static final int SYS_ADMIN = 21;

    /** Commands and their Debian packages. */
    private static final SortedMap<String, String> COMMANDS =
            new TreeMap<>(Map.of("ip", "iproute2", "nft", "nftables", "nsenter", "util-linux"));

    /**
     * The obstacles; none if it works.
     *
     * @param scripts what nft must accept
     */
    Obstacles obstacles(NodeNetworkConfig config, String scripts) {
        List<String> lacks = lacks(scripts);
        return new Obstacles(lacks, lacks.isEmpty() ? collisions(config) : List.of());
    }

    private List<String> lacks(String scripts) {
        if (!machine.read(KERNEL).equals("Linux")) {
            return List.of("the pod network needs Linux");
        }
        List<String> reasons = new ArrayList<>();
        if (!mayChangeNetwork(machine.read(STATUS))) {
            reasons.add("the pod network needs root (capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN)");
        }
        COMMANDS.forEach((command, debianPackage) -> {
            if (machine.run(command, command.equals("nft") ? "-v" : "-V").exit() == Outcome.NOT_FOUND) {
                reasons.add("the command %s is missing (Debian: apt install %s)".formatted(command, debianPackage));
            }
        });
        if (reasons.isEmpty()) {
            addTableReason(reasons, scripts);
        }
        return reasons;
    }

    private static boolean mayChangeNetwork(String status) {
        return status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .anyMatch(capabilities -> (capabilities >>> NET_ADMIN & capabilities >>> SYS_ADMIN & 1) == 1);
    }

    private void addTableReason(List<String> reasons, String scripts) {
        Outcome outcome = machine.run(List.of("nft", "--check", "-f", "-"), scripts);
        if (!outcome.ok()) {
            reasons.add("the kernel or nft does not support the pod network's rules: " + outcome.complaint());
        }
    }

    /** Another program's route to a part of our ranges would conflict with ours. */
    private List<Collision> collisions(NodeNetworkConfig config) {
        List<Collision> collisions = new ArrayList<>();
        Outcome outcome = machine.run("ip", "-j", "-4", "route", "show");
        for (JsonNode route : IpJson.parse(outcome.ok() ? outcome.out() : "")) {
            Ipv4Range destination = range(route.path("dst").asText());
            String device = route.path("dev").asText();
            if (destination == null || device.startsWith(names.prefix()) || PeerRoutes.isOurs(route, names.metric())) {
                continue;
            }
            for (Ipv4Range ours : List.of(config.podRange(), config.serviceRange())) {
                if (ours.contains(destination.network()) && destination.prefix() >= ours.prefix()) {
                    collisions.add(new Collision(ours, destination, device));
                }
            }
        }
        return collisions;
    }

    private static @Nullable Ipv4Range range(String destination) {
        Ipv4 single = Ipv4.parse(destination);
        if (single != null) {
            return new Ipv4Range(single, 32);
        }
        return destination.contains("/") ? Ipv4Range.of(destination) : null;
    }
}
