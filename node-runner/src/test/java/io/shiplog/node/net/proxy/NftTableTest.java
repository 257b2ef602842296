package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NftTableTest {
    static final NftTable TABLE = table("shiplog-test");

    private static final Frontend WEB = new Frontend(Ipv4.of("10.96.0.20"), Protocol.TCP, 80);
    private static final Frontend NODE = new Frontend(Ipv4.ANY, Protocol.UDP, 30053);
    private static final Target A = target("10.244.1.5");
    private static final Target B = target("10.244.1.6");
    private static final Target C = target("10.244.2.5");

    static NftTable table(String name) {
        return new NftTable(
                name,
                Ipv4Range.of("10.244.0.0/16"),
                Set.of(Ipv4Range.of("10.244.1.0/24"), Ipv4Range.of("10.244.2.0/24")),
                Ipv4Range.of("10.96.0.0/12"),
                Ipv4.of("10.96.0.10"),
                Ipv4.of("10.244.1.1"),
                "sltestv",
                Optional.of(Ipv4Range.of("192.0.2.16/28")));
    }

    private static Target target(String address) {
        return new Target(Ipv4.of(address), 8080);
    }

    /** Random shortcuts of random routes, and random clients of some. */
    private static ProxyRules rules(Map<Frontend, Route> routes, Random random) {
        Map<Frontend, Route> shortcuts = new TreeMap<>();
        TreeMap<Frontend, SortedSet<Ipv4Range>> sources = new TreeMap<>();
        for (Frontend front : routes.keySet()) {
            if (random.nextBoolean()) {
                shortcuts.put(front, randomRoute(random));
            }
            if (!front.onEveryAddress() && random.nextBoolean()) {
                SortedSet<Ipv4Range> ranges = new TreeSet<>();
                for (int i = 0; i < random.nextInt(3); i++) {
                    ranges.add(Ipv4Range.of(
                            random.nextBoolean() ? "10.%d.0.0/16".formatted(i) : "192.0.2.%d/32".formatted(i)));
                }
                sources.put(front, ranges);
            }
        }
        return new ProxyRules(new TreeMap<>(routes), new TreeMap<>(shortcuts), sources);
    }

    private static ProxyRules rules(Map<Frontend, Route> routes) {
        return new ProxyRules(new TreeMap<>(routes));
    }

    private static Route spread(Target... targets) {
        return new Route.Spread(List.of(targets));
    }

    @Test
    void the_same_rules_need_no_transaction() {
        assertEquals("", TABLE.change(rules(Map.of(WEB, spread(A))), rules(Map.of(WEB, spread(A)))));
    }

    @Test
    void one_more_endpoint_adds_its_own_elements_and_changes_the_route() {
        String script = TABLE.change(
                rules(Map.of(WEB, spread(A, B), NODE, spread(A, B, C))),
                rules(Map.of(WEB, spread(A, B, C), NODE, spread(A, B, C))));
        assertEquals("""
                delete element ip shiplog-test routes { 10.96.0.20 . tcp . 80 : goto spread2 }
                add element ip shiplog-test targets_tcp { 10.96.0.20 . 80 . 2 : 10.244.2.5 . 8080 }
                add element ip shiplog-test routes { 10.96.0.20 . tcp . 80 : goto spread3 }
                """, script);
    }

    @Test
    void a_first_route_of_a_size_brings_its_chains_before_the_elements_that_lead_there() {
        String script = TABLE.change(ProxyRules.NONE, rules(Map.of(NODE, spread(A))));
        assertTrue(script.indexOf("add chain ip shiplog-test nodespread1")
                < script.indexOf("noderoutes { udp . 30053 : goto nodespread1 }"));
        assertTrue(script.contains("add element ip shiplog-test nodetargets_udp { 30053 . 0 : 10.244.1.5 . 8080 }"));
        assertTrue(script.contains("hairpin { 10.244.1.5 . 10.244.1.5 }"));
    }

    @Test
    void the_last_service_leaves_nothing() {
        assertEquals("""
                delete element ip shiplog-test routes { 10.96.0.20 . tcp . 80 : goto spread1 }
                delete element ip shiplog-test targets_tcp { 10.96.0.20 . 80 . 0 : 10.244.1.5 . 8080 }
                delete element ip shiplog-test hairpin { 10.244.1.5 . 10.244.1.5 }
                """, TABLE.change(rules(Map.of(WEB, spread(A))), ProxyRules.NONE));
    }

    @Test
    void nobody_there_is_a_refusal_or_silence() {
        String script =
                TABLE.change(ProxyRules.NONE, rules(Map.of(WEB, new Route.Refuse(), NODE, new Route.Discard())));
        assertTrue(script.contains("10.96.0.20 . tcp . 80 : goto refuse"));
        assertTrue(script.contains("udp . 30053 : goto discard"));
        assertFalse(script.contains("targets"));
    }

    @Test
    void clients_inside_the_cluster_have_routes_of_their_own() {
        ProxyRules rules = new ProxyRules(
                new TreeMap<>(Map.of(NODE, new Route.Discard())),
                new TreeMap<>(Map.of(NODE, spread(A))),
                new TreeMap<>());
        String script = TABLE.change(ProxyRules.NONE, rules);
        assertTrue(script.contains("innoderoutes { udp . 30053 : goto innodespread1 }"), script);
        assertTrue(script.contains("innodetargets_udp { 30053 . 0 : 10.244.1.5 . 8080 }"), script);
        assertTrue(script.contains(" noderoutes { udp . 30053 : goto discard }"), script);
    }

    @Test
    void a_sticky_route_has_slots_and_chains_of_its_time() {
        String script =
                TABLE.change(ProxyRules.NONE, rules(Map.of(WEB, new Route.Sticky(StickySlots.of(List.of(A)), 10))));
        assertTrue(script.contains("timeout 10s : meta priority }"), script);
        assertTrue(script.contains("10.96.0.20 . 80 . 0:3f : 10.244.1.5 . 8080"), script);
        assertTrue(script.contains("routes { 10.96.0.20 . tcp . 80 : goto sticky10 }"), script);
    }

    @Test
    void the_clients_of_a_frontend_change_without_its_route() {
        TreeMap<Frontend, Route> routes = new TreeMap<>(Map.of(WEB, spread(A)));
        ProxyRules one = new ProxyRules(
                routes, new TreeMap<>(), new TreeMap<>(Map.of(WEB, new TreeSet<>(Set.of(Ipv4Range.of("10.0.0.0/8"))))));
        assertEquals("""
                add element ip shiplog-test sources { 10.96.0.20 . tcp . 80 . 10.0.0.0/8 }
                add element ip shiplog-test guarded { 10.96.0.20 . tcp . 80 }
                """, TABLE.change(rules(routes), one));
        assertEquals("""
                delete element ip shiplog-test guarded { 10.96.0.20 . tcp . 80 }
                delete element ip shiplog-test sources { 10.96.0.20 . tcp . 80 . 10.0.0.0/8 }
                """, TABLE.change(one, rules(routes)));
    }

    @Test
    void the_full_script_replaces_the_table_in_one_transaction_and_touches_no_other() {
        String script = TABLE.full(rules(Map.of(WEB, spread(A))));
        assertTrue(script.startsWith("table ip shiplog-test\ndelete table ip shiplog-test\ntable ip shiplog-test {"));
        assertFalse(script.contains("flush ruleset"));
    }

    /** Applied to a model of nft's maps, any sequence of changes gives what a full script gives. */
    @Test
    void changes_add_up_to_the_full_script() {
        long seed = System.nanoTime();
        System.out.println("NftTableTest seed " + seed);
        Random random = new Random(seed);
        ProxyRules current = ProxyRules.NONE;
        NftModel model = new NftModel();
        model.apply(TABLE.full(current));
        for (int i = 0; i < 200; i++) {
            ProxyRules next = randomRules(random);
            model.apply(TABLE.change(current, next));
            NftModel fresh = new NftModel();
            fresh.apply(TABLE.full(next));
            assertEquals(fresh.elements(), model.elements());
            current = next;
        }
    }

    static ProxyRules randomRules(Random random) {
        Map<Frontend, Route> routes = new TreeMap<>();
        for (int i = 0; i < random.nextInt(6); i++) {
            Ipv4 address = random.nextBoolean() ? Ipv4.ANY : Ipv4.of("10.96.0.2" + random.nextInt(3));
            Frontend front =
                    new Frontend(address, random.nextBoolean() ? Protocol.TCP : Protocol.UDP, 80 + random.nextInt(2));
            routes.put(front, randomRoute(random));
        }
        return rules(routes, random);
    }

    private static Route randomRoute(Random random) {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            targets.add(target("10.244.1." + (5 + i + random.nextInt(2) * 4)));
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Route.Refuse();
            case 1 -> new Route.Discard();
            case 2 -> new Route.Sticky(StickySlots.of(targets), 1 + random.nextInt(2));
            default -> new Route.Spread(targets);
        };
    }
}
