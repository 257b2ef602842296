package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.nft.TableText;
import io.shiplog.node.net.services.Protocol;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nftables form of {@link ProxyRules}: our own table, in which maps route connections and a change updates single elements.
 * Pure: everything here is text, and each text is one atomic transaction of {@code nft -f}.
 *
 * @param name the table's
 * @param podRange addresses of all pods of the cluster
 * @param localPods addresses of the pods of this machine
 * @param serviceRange ClusterIPs
 * @param nameServer the one address of the service range that the machine itself has
 * @param gateway an address of this machine that every local pod can reach
 * @param podInterfaces name prefix of the pods' interfaces
 */
public record NftTable(
        String name,
        Ipv4Range podRange,
        Set<Ipv4Range> localPods,
        Ipv4Range serviceRange,
        Ipv4 nameServer,
        Ipv4 gateway,
        String podInterfaces)
        implements TableText<ProxyRules> {

    /** Elements per statement, to limit the length of a line in a large rule set. */
    private static final int ELEMENTS_A_STATEMENT = 1_000;

    private static final String ROUTES = "routes";
    private static final String NODE_ROUTES = "noderoutes";
    private static final String STICKY = "jhash ip saddr mod %d seed 0x5348".formatted(StickySlots.COUNT);
    /** Each endpoint's address twice: a connection of a pod to itself must return through the machine. */
    private static final String HAIRPIN = "hairpin";
    /** Endpoints that are not pods: their answers must return through the machine too. */
    private static final String OUTSIDERS = "outsiders";

    public NftTable {
        localPods = Set.copyOf(localPods);
    }

    @Override
    public String full(ProxyRules rules) {
        StringBuilder script = new StringBuilder(skeleton());
        appendChange(script, ProxyRules.NONE, rules);
        return script.toString();
    }

    @Override
    public String change(ProxyRules from, ProxyRules to) {
        StringBuilder script = new StringBuilder();
        appendChange(script, from, to);
        return script.toString();
    }

    /** Removes the table, if it exists. */
    public String remove() {
        return "table ip %s\ndelete table ip %s\n".formatted(name, name);
    }

    /**
     * The parts that do not depend on Services. Priority -110 is before Docker's own translation at -100, 90 before its
     * masquerading at 100. Docker and other clusters translate addresses on this machine too: masquerading applies only to our
     * own ranges, interfaces and endpoints. Each protocol has maps of targets of its own: a rule on a map whose type names one protocol's
     * port is for this protocol alone, and one that names any protocol's ({@code th dport}) is refused by nft 1.0.6 later on.
     */
    private String skeleton() {
        String local = localPods.stream().sorted().map(Ipv4Range::toString).collect(Collectors.joining(", "));
        return remove()
                + """
                table ip %s {
                 map routes { type ipv4_addr . inet_proto . inet_service : verdict; }
                 map noderoutes { type inet_proto . inet_service : verdict; }
                 %s
                 set hairpin { type ipv4_addr . ipv4_addr; }
                 set outsiders { type ipv4_addr; }
                 chain refuse { reject with icmp type port-unreachable; }
                 chain discard { drop; }
                 chain sticky { %s; }
                 chain nodesticky { %s; }
                 chain services {
                  ip daddr . ip protocol . th dport vmap @routes
                  fib daddr type local ip protocol . th dport vmap @noderoutes
                 }
                 chain prerouting { type nat hook prerouting priority -110; policy accept; goto services; }
                 chain output { type nat hook output priority -110; policy accept; goto services; }
                 chain unassigned { ip daddr %s ip daddr != %s reject with icmp type port-unreachable; }
                 chain forward { type filter hook forward priority 0; policy accept; goto unassigned; }
                 chain ownoutput { type filter hook output priority 0; policy accept; goto unassigned; }
                 chain guard {
                  type filter hook prerouting priority -300; policy accept;
                  iifname "%s*" ip daddr 127.0.0.0/8 drop
                 }
                 chain postrouting {
                  type nat hook postrouting priority 90; policy accept;
                  ct status dnat ip saddr . ip daddr @hairpin snat ip to %s
                  oifname "%s*" ip saddr 127.0.0.0/8 snat ip to %s
                  ct status dnat ip saddr != %s ip daddr %s ip daddr != { %s } masquerade
                  ct status dnat ip saddr != %s ip daddr @outsiders oifname != "lo" masquerade
                  ip saddr %s ip daddr != %s oifname != "lo" masquerade
                 }
                }
                """.formatted(
                                name,
                                targetMaps(),
                                String.join("; ", choices(STICKY, false)),
                                String.join("; ", choices(STICKY, true)),
                                serviceRange,
                                nameServer,
                                podInterfaces,
                                gateway,
                                podInterfaces,
                                gateway,
                                podRange,
                                podRange,
                                local,
                                podRange,
                                podRange,
                                podRange);
    }

    private static String targetMaps() {
        StringBuilder maps = new StringBuilder();
        for (Protocol protocol : Protocol.values()) {
            String port = protocol.lower() + " dport";
            maps.append("map %s { typeof ip daddr . %s . numgen random mod 65536 : ip daddr . %s; }; "
                    .formatted(targets(protocol, false), port, port));
            maps.append("map %s { typeof %s . numgen random mod 65536 : ip daddr . %s; }; "
                    .formatted(targets(protocol, true), port, port));
        }
        return maps.toString();
    }

    /** The map of a protocol's targets: on one address, or on every address of the machine. */
    private static String targets(Protocol protocol, boolean node) {
        return (node ? "nodetargets_" : "targets_") + protocol.lower();
    }

    /** A rule for each protocol that leads to the target of a number. */
    private static List<String> choices(String number, boolean node) {
        return Arrays.stream(Protocol.values())
                .map(protocol -> "dnat ip to %s%s dport . %s map @%s"
                        .formatted(node ? "" : "ip daddr . ", protocol.lower(), number, targets(protocol, node)))
                .toList();
    }

    private void appendChange(StringBuilder script, ProxyRules from, ProxyRules to) {
        Elements gone = new Elements();
        Elements come = new Elements();
        from.routes().forEach((front, route) -> {
            if (!route.equals(to.routes().get(front))) {
                gone.add(front, route);
            }
        });
        to.routes().forEach((front, route) -> {
            if (!route.equals(from.routes().get(front))) {
                come.add(front, route);
            }
        });
        if (gone.isEmpty() && come.isEmpty()) {
            return;
        }
        come.dropCommon(gone);
        SortedSet<Ipv4> before = addresses(from);
        SortedSet<Ipv4> after = addresses(to);
        come.spreads.forEach(size -> appendSpread(script, size, from));
        appendElements(script, "delete", NODE_ROUTES, gone.nodeRoutes);
        appendElements(script, "delete", ROUTES, gone.routes);
        gone.targets.forEach((map, elements) -> appendElements(script, "delete", map, elements));
        appendAddresses(script, "delete", without(before, after));
        come.targets.forEach((map, elements) -> appendElements(script, "add", map, elements));
        appendAddresses(script, "add", without(after, before));
        appendElements(script, "add", ROUTES, come.routes);
        appendElements(script, "add", NODE_ROUTES, come.nodeRoutes);
    }

    /**
     * The chains for routes with this many targets. They may exist from earlier rules: they are created if missing, and
     * flushed.
     */
    private void appendSpread(StringBuilder script, int size, ProxyRules from) {
        if (sizes(from).contains(size)) {
            return;
        }
        for (boolean node : new boolean[] {false, true}) {
            String chain = "ip %s %sspread%d".formatted(name, node ? "node" : "", size);
            script.append("add chain %s\nflush chain %s\n".formatted(chain, chain));
            choices("numgen random mod " + size, node)
                    .forEach(rule -> script.append("add rule %s %s\n".formatted(chain, rule)));
        }
    }

    private static Set<Integer> sizes(ProxyRules rules) {
        SortedSet<Integer> sizes = new TreeSet<>();
        for (Route route : rules.routes().values()) {
            if (route instanceof Route.Spread(var targets)) {
                sizes.add(targets.size());
            }
        }
        return sizes;
    }

    private static SortedSet<Ipv4> addresses(ProxyRules rules) {
        SortedSet<Ipv4> addresses = new TreeSet<>();
        for (Route route : rules.routes().values()) {
            for (Target target : targets(route)) {
                addresses.add(target.address());
            }
        }
        return addresses;
    }

    private static Collection<Target> targets(Route route) {
        return switch (route) {
            case Route.Spread(var targets) -> targets;
            case Route.Sticky(var slots) -> slots;
            case Route.Refuse ignored -> Set.of();
            case Route.Discard ignored -> Set.of();
        };
    }

    private static SortedSet<Ipv4> without(SortedSet<Ipv4> all, SortedSet<Ipv4> others) {
        SortedSet<Ipv4> rest = new TreeSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private void appendElements(StringBuilder script, String verb, String map, SortedMap<String, String> elements) {
        int count = 0;
        for (Map.Entry<String, String> element : elements.entrySet()) {
            if (count % ELEMENTS_A_STATEMENT == 0) {
                script.append(count == 0 ? "" : " }\n").append("%s element ip %s %s { ".formatted(verb, name, map));
            } else {
                script.append(", ");
            }
            script.append(element.getKey()).append(element.getValue());
            count++;
        }
        script.append(count == 0 ? "" : " }\n");
    }

    private void appendAddresses(StringBuilder script, String verb, SortedSet<Ipv4> addresses) {
        SortedMap<String, String> pairs = new TreeMap<>();
        SortedMap<String, String> outsiders = new TreeMap<>();
        for (Ipv4 address : addresses) {
            pairs.put(address + " . " + address, "");
            if (!podRange.contains(address)) {
                outsiders.put(address.toString(), "");
            }
        }
        appendElements(script, verb, HAIRPIN, pairs);
        appendElements(script, verb, OUTSIDERS, outsiders);
    }

    /** Map elements in nft's syntax: key, and {@code " : value"}. */
    private static final class Elements {
        private final SortedMap<String, String> routes = new TreeMap<>();
        private final SortedMap<String, String> nodeRoutes = new TreeMap<>();
        /** By map. */
        private final SortedMap<String, SortedMap<String, String>> targets = new TreeMap<>();

        private final SortedSet<Integer> spreads = new TreeSet<>();

        private void add(Frontend front, Route route) {
            boolean node = front.onEveryAddress();
            String address = node ? "" : front.address() + " . ";
            String key = address + front.protocol().lower() + " . " + front.port();
            (node ? nodeRoutes : routes).put(key, " : " + verdict(route, node ? "node" : ""));
            if (route instanceof Route.Spread(var list)) {
                spreads.add(list.size());
            }
            SortedMap<String, String> slots =
                    targets.computeIfAbsent(NftTable.targets(front.protocol(), node), map -> new TreeMap<>());
            int slot = 0;
            for (Target target : NftTable.targets(route)) {
                slots.put(address + front.port() + " . " + slot, " : " + target.address() + " . " + target.port());
                slot++;
            }
        }

        private static String verdict(Route route, String prefix) {
            return switch (route) {
                case Route.Spread(var targets) -> "goto " + prefix + "spread" + targets.size();
                case Route.Sticky ignored -> "goto " + prefix + "sticky";
                case Route.Refuse ignored -> "goto refuse";
                case Route.Discard ignored -> "goto discard";
            };
        }

        /** Common elements are not touched. */
        private void dropCommon(Elements gone) {
            dropCommon(routes, gone.routes);
            dropCommon(nodeRoutes, gone.nodeRoutes);
            targets.forEach((map, elements) -> dropCommon(elements, gone.targets.getOrDefault(map, new TreeMap<>())));
        }

        private static void dropCommon(SortedMap<String, String> come, SortedMap<String, String> gone) {
            come.entrySet().removeIf(element -> gone.remove(element.getKey(), element.getValue()));
        }

        private boolean isEmpty() {
            return routes.isEmpty() && nodeRoutes.isEmpty();
        }
    }
}
