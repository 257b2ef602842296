package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.nft.TableText;
import io.shiplog.node.net.services.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 * @param balancers addresses that are for Services alone, although the machine has them; empty for none
 */
public record NftTable(
        String name,
        Ipv4Range podRange,
        Set<Ipv4Range> localPods,
        Ipv4Range serviceRange,
        Ipv4 nameServer,
        Ipv4 gateway,
        String podInterfaces,
        Optional<Ipv4Range> balancers)
        implements TableText<ProxyRules> {

    /** Elements per statement, to limit the length of a line in a large rule set. */
    private static final int ELEMENTS_A_STATEMENT = 1_000;

    /** Where a connection is looked up: by address and port or by port alone, and as one from within the cluster or from anywhere. */
    private enum Board {
        ADDRESS(""),
        NODE("node"),
        INSIDE_ADDRESS("in"),
        INSIDE_NODE("innode");

        private final String prefix;

        Board(String prefix) {
            this.prefix = prefix;
        }

        static Board of(Frontend front, boolean inside) {
            if (front.onEveryAddress()) {
                return inside ? INSIDE_NODE : NODE;
            }
            return inside ? INSIDE_ADDRESS : ADDRESS;
        }

        boolean isNode() {
            return this == NODE || this == INSIDE_NODE;
        }

        String routes() {
            return prefix + "routes";
        }

        String targets(Protocol protocol) {
            return prefix + "targets_" + protocol.lower();
        }

        /** Targets by slot; its number stands where the priority of a packet does. */
        String slots(Protocol protocol) {
            return prefix + "slots_" + protocol.lower();
        }

        /** The map from clients to slots. One for inside and outside, since it names no target. */
        String clients(Protocol protocol) {
            return (isNode() ? "node" : "") + "clients_" + protocol.lower();
        }

        String address() {
            return isNode() ? "" : "ip daddr . ";
        }
    }

    /** Clients that affinity remembers in each map; beyond this number new ones are not remembered. */
    private static final int MAX_CLIENTS = 65_536;

    private static final String GUARDED = "guarded";
    private static final String SOURCES = "sources";
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
                 map inroutes { type ipv4_addr . inet_proto . inet_service : verdict; }
                 map innoderoutes { type inet_proto . inet_service : verdict; }
                 set guarded { type ipv4_addr . inet_proto . inet_service; }
                 set sources { type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval; }
                 %s
                 set hairpin { type ipv4_addr . ipv4_addr; }
                 set outsiders { type ipv4_addr; }
                 chain refuse { reject with icmp type port-unreachable; }
                 chain discard { drop; }
                 chain inside {
                  ip daddr . ip protocol . th dport vmap @inroutes
                  fib daddr type local ip protocol . th dport vmap @innoderoutes
                 }
                 chain services {
                  ip daddr . ip protocol . th dport @guarded ip daddr . ip protocol . th dport . ip saddr != @sources drop
                  ip saddr %s jump inside
                  fib saddr type local jump inside
                  ip daddr . ip protocol . th dport vmap @routes
                  fib daddr type local ip protocol . th dport vmap @noderoutes
                 }
                 chain prerouting { type nat hook prerouting priority -110; policy accept; goto services; }
                 chain output { type nat hook output priority -110; policy accept; goto services; }
                 chain unassigned { ip daddr %s ip daddr != %s reject with icmp type port-unreachable; }
                 chain forward { type filter hook forward priority 0; policy accept; goto unassigned; }
                 chain ownoutput { type filter hook output priority 0; policy accept; goto unassigned; }
                 chain owninput { type filter hook input priority 0; policy accept; %s }
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
                                podRange,
                                serviceRange,
                                nameServer,
                                balancers
                                        .map(
                                                "ct direction original ip daddr %s reject with icmp type port-unreachable;"
                                                        ::formatted)
                                        .orElse(""),
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
            for (Board board : Board.values()) {
                maps.append("map %s { typeof %s%s . numgen random mod 65536 : ip daddr . %s; }; "
                        .formatted(board.targets(protocol), board.address(), port, port));
                maps.append("map %s { typeof %s%s . meta priority : ip daddr . %s; }; "
                        .formatted(board.slots(protocol), board.address(), port, port));
            }
            for (Board board : List.of(Board.ADDRESS, Board.NODE)) {
                maps.append("map %s { typeof ip saddr . %s%s : meta priority; flags dynamic,timeout; size %d; }; "
                        .formatted(board.clients(protocol), board.address(), port, MAX_CLIENTS));
            }
        }
        return maps.toString();
    }

    /** Clients are remembered by the kernel alone: they survive a rewrite of the table. */
    @Override
    public List<String> dynamicMaps() {
        return Arrays.stream(Protocol.values())
                .flatMap(protocol -> Stream.of(Board.ADDRESS.clients(protocol), Board.NODE.clients(protocol)))
                .toList();
    }

    private void appendChange(StringBuilder script, ProxyRules from, ProxyRules to) {
        Elements gone = new Elements();
        Elements come = new Elements();
        addDifference(from.routes(), to.routes(), false, gone, come);
        addDifference(from.shortcuts(), to.shortcuts(), true, gone, come);
        addSources(from, to, gone);
        addSources(to, from, come);
        if (gone.isEmpty() && come.isEmpty()) {
            return;
        }
        come.dropCommon(gone);
        SortedSet<Ipv4> before = addresses(from);
        SortedSet<Ipv4> after = addresses(to);
        come.chains.removeAll(chains(from));
        come.chains.forEach(route -> appendChains(script, route));
        // What leads somewhere goes first and comes last; sources are checked before it.
        gone.routes.forEach((map, elements) -> appendElements(script, "delete", map, elements));
        gone.targets.forEach((map, elements) -> appendElements(script, "delete", map, elements));
        appendElements(script, "delete", GUARDED, gone.guarded);
        appendElements(script, "delete", SOURCES, gone.sources);
        appendAddresses(script, "delete", without(before, after));
        come.targets.forEach((map, elements) -> appendElements(script, "add", map, elements));
        appendElements(script, "add", SOURCES, come.sources);
        appendElements(script, "add", GUARDED, come.guarded);
        appendAddresses(script, "add", without(after, before));
        come.routes.forEach((map, elements) -> appendElements(script, "add", map, elements));
    }

    private static void addDifference(
            SortedMap<Frontend, Route> from,
            SortedMap<Frontend, Route> to,
            boolean inside,
            Elements gone,
            Elements come) {
        from.forEach((front, route) -> {
            if (!route.equals(to.get(front))) {
                gone.add(front, route, inside);
            }
        });
        to.forEach((front, route) -> {
            if (!route.equals(from.get(front))) {
                come.add(front, route, inside);
            }
        });
    }

    private static void addSources(ProxyRules these, ProxyRules others, Elements elements) {
        these.sources().forEach((front, ranges) -> {
            if (!ranges.equals(others.sources().get(front))) {
                elements.add(front, ranges);
            }
        });
    }

    /** The chains that a route leads to, named by what its kind has in common: a number of targets, or a time. */
    private sealed interface Chains extends Comparable<Chains> {
        record Spread(int size) implements Chains {}

        record Sticky(int seconds) implements Chains {}

        static Optional<Chains> of(Route route) {
            return switch (route) {
                case Route.Spread(var targets) -> Optional.of(new Spread(targets.size()));
                case Route.Sticky sticky -> Optional.of(new Sticky(sticky.timeoutSeconds()));
                case Route.Refuse ignored -> Optional.empty();
                case Route.Discard ignored -> Optional.empty();
            };
        }

        default String name() {
            return switch (this) {
                case Spread(var size) -> "spread" + size;
                case Sticky(var seconds) -> "sticky" + seconds;
            };
        }

        @Override
        default int compareTo(Chains other) {
            return name().compareTo(other.name());
        }
    }

    private static SortedSet<Chains> chains(ProxyRules rules) {
        SortedSet<Chains> chains = new TreeSet<>();
        rules.routes().values().forEach(route -> Chains.of(route).ifPresent(chains::add));
        rules.shortcuts().values().forEach(route -> Chains.of(route).ifPresent(chains::add));
        return chains;
    }

    /** Chains may exist from earlier rules: they are created if missing, and flushed. */
    private void appendChains(StringBuilder script, Chains chains) {
        for (Board board : Board.values()) {
            String chain = board.prefix + chains.name();
            switch (chains) {
                case Chains.Spread(var size) -> appendChain(script, chain, spread(board, size));
                case Chains.Sticky(var seconds) -> {
                    String known = board.prefix + "known" + seconds;
                    appendChain(script, known, known(board, seconds));
                    appendChain(script, chain, sticky(board, known));
                }
            }
        }
    }

    private void appendChain(StringBuilder script, String chain, List<String> rules) {
        script.append("add chain ip %s %s\nflush chain ip %s %s\n".formatted(name, chain, name, chain));
        rules.forEach(rule -> script.append("add rule ip %s %s %s\n".formatted(name, chain, rule)));
    }

    /** A rule for each protocol that leads to one of the targets at random. */
    private static List<String> spread(Board board, int size) {
        return Arrays.stream(Protocol.values())
                .map(protocol -> "dnat ip to %s%s dport . numgen random mod %d map @%s"
                        .formatted(board.address(), protocol.lower(), size, board.targets(protocol)))
                .toList();
    }

    /**
     * Gives a client the slot that it had, or one at random. The slot is passed on in the packet's priority, which nothing else reads this
     * early and which forwarding overwrites; marks belong to other programs.
     */
    private static List<String> sticky(Board board, String known) {
        List<String> rules = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            rules.add("meta priority set ip saddr . %s%s dport map @%s goto %s"
                    .formatted(board.address(), protocol.lower(), board.clients(protocol), known));
        }
        rules.add("meta priority set numgen random mod %d goto %s".formatted(StickySlots.COUNT, known));
        return rules;
    }

    /** Remembers a client's slot from now on, and leads to the slot's target. */
    private static List<String> known(Board board, int seconds) {
        List<String> rules = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            String key = board.address() + protocol.lower() + " dport";
            rules.add("update @%s { ip saddr . %s timeout %ds : meta priority }"
                    .formatted(board.clients(protocol), key, seconds));
            rules.add("dnat ip to %s . meta priority map @%s".formatted(key, board.slots(protocol)));
        }
        return rules;
    }

    private static SortedSet<Ipv4> addresses(ProxyRules rules) {
        SortedSet<Ipv4> addresses = new TreeSet<>();
        Stream.concat(rules.routes().values().stream(), rules.shortcuts().values().stream())
                .forEach(route -> route.targets().forEach(target -> addresses.add(target.address())));
        return addresses;
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
        /** By map. */
        private final SortedMap<String, SortedMap<String, String>> routes = new TreeMap<>();
        /** By map. */
        private final SortedMap<String, SortedMap<String, String>> targets = new TreeMap<>();

        private final SortedMap<String, String> guarded = new TreeMap<>();
        private final SortedMap<String, String> sources = new TreeMap<>();
        private final SortedSet<Chains> chains = new TreeSet<>();

        private void add(Frontend front, Route route, boolean inside) {
            Board board = Board.of(front, inside);
            routes.computeIfAbsent(board.routes(), map -> new TreeMap<>())
                    .put(key(front), " : goto " + chain(board, route));
            Chains.of(route).ifPresent(chains::add);
            boolean sticky = route instanceof Route.Sticky;
            String map = sticky ? board.slots(front.protocol()) : board.targets(front.protocol());
            String address = board.isNode() ? "" : front.address() + " . ";
            int slot = 0;
            for (Target target : route.targets()) {
                // A priority is written as two hexadecimal numbers.
                String number = sticky ? "0:" + Integer.toHexString(slot) : String.valueOf(slot);
                targets.computeIfAbsent(map, each -> new TreeMap<>())
                        .put(address + front.port() + " . " + number, " : " + target.address() + " . " + target.port());
                slot++;
            }
        }

        private void add(Frontend front, SortedSet<Ipv4Range> ranges) {
            guarded.put(key(front), "");
            ranges.forEach(range -> sources.put(key(front) + " . " + range, ""));
        }

        private static String key(Frontend front) {
            String address = front.onEveryAddress() ? "" : front.address() + " . ";
            return address + front.protocol().lower() + " . " + front.port();
        }

        private static String chain(Board board, Route route) {
            return switch (route) {
                case Route.Refuse ignored -> "refuse";
                case Route.Discard ignored -> "discard";
                default -> board.prefix + Chains.of(route).orElseThrow().name();
            };
        }

        /** Common elements are not touched. */
        private void dropCommon(Elements gone) {
            routes.forEach((map, elements) -> dropCommon(elements, gone.routes.getOrDefault(map, new TreeMap<>())));
            targets.forEach((map, elements) -> dropCommon(elements, gone.targets.getOrDefault(map, new TreeMap<>())));
            dropCommon(guarded, gone.guarded);
            dropCommon(sources, gone.sources);
        }

        private static void dropCommon(SortedMap<String, String> come, SortedMap<String, String> gone) {
            come.entrySet().removeIf(element -> gone.remove(element.getKey(), element.getValue()));
        }

        private boolean isEmpty() {
            return routes.isEmpty() && guarded.isEmpty();
        }
    }
}
