package io.shiplog.node.net.proxy;

import io.shiplog.node.net.services.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Connection-tracking entries that a change of rules invalidates. TCP ends by itself; a UDP client that keeps sending would
 * reach a removed endpoint forever, or never reach a port that was closed when it began. Pure.
 */
final class StaleFlows {
    /** Beyond this number one sweep over all translated UDP flows is cheaper than a process for each. */
    private static final int MAX_SINGLE = 32;

    private StaleFlows() {}

    /** The {@code conntrack} commands that remove them; exit code 1 if there was nothing to remove. */
    static List<List<String>> between(ProxyRules from, ProxyRules to) {
        Set<List<String>> commands = new LinkedHashSet<>();
        addChanges(commands, from.routes(), to.routes());
        addChanges(commands, from.shortcuts(), to.shortcuts());
        // The sweep removes other translated flows too; their next packet is translated again, by the same rule.
        return commands.size() <= MAX_SINGLE
                ? List.copyOf(commands)
                : List.of(List.of("conntrack", "-D", "-p", "udp", "--dst-nat"));
    }

    private static void addChanges(Set<List<String>> commands, Map<Frontend, Route> from, Map<Frontend, Route> to) {
        from.forEach((front, route) -> {
            if (front.protocol() == Protocol.UDP) {
                addVanished(commands, front, route, to.get(front));
            }
        });
        for (Frontend front : to.keySet()) {
            if (front.protocol() == Protocol.UDP && !from.containsKey(front)) {
                commands.add(forget(front, List.of()));
            }
        }
    }

    private static void addVanished(Set<List<String>> commands, Frontend front, Route before, @Nullable Route after) {
        Set<Target> vanished = new TreeSet<>(before.targets());
        if (after != null) {
            vanished.removeAll(new TreeSet<>(after.targets()));
        }
        for (Target target : vanished) {
            commands.add(forget(front, List.of("--dst-nat", target.address().toString())));
        }
    }

    private static List<String> forget(Frontend front, List<String> more) {
        List<String> command = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
        if (!front.onEveryAddress()) {
            command.addAll(List.of("--orig-dst", front.address().toString()));
        }
        command.addAll(List.of("--orig-port-dst", String.valueOf(front.port())));
        command.addAll(more);
        return command;
    }
}
