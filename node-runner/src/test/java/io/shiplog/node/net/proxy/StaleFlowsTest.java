package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.Protocol;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StaleFlowsTest {
    private static final Frontend DNS = new Frontend(Ipv4.of("10.96.0.20"), Protocol.UDP, 53);
    private static final Frontend NODE = new Frontend(Ipv4.ANY, Protocol.UDP, 30053);
    private static final Frontend WEB = new Frontend(Ipv4.of("10.96.0.20"), Protocol.TCP, 80);
    private static final Target A = new Target(Ipv4.of("10.244.1.5"), 53);
    private static final Target B = new Target(Ipv4.of("10.244.1.6"), 53);

    private static ProxyRules rules(Map<Frontend, Route> routes) {
        return new ProxyRules(new TreeMap<>(routes));
    }

    private static List<String> commands(ProxyRules from, ProxyRules to) {
        return StaleFlows.between(from, to).stream()
                .map(command -> String.join(" ", command))
                .toList();
    }

    @Test
    void flows_to_an_endpoint_that_is_gone_are_forgotten_and_others_are_not() {
        assertEquals(
                List.of("conntrack -D -p udp --orig-dst 10.96.0.20 --orig-port-dst 53 --dst-nat 10.244.1.5"),
                commands(
                        rules(Map.of(DNS, new Route.Spread(List.of(A, B)))),
                        rules(Map.of(DNS, new Route.Spread(List.of(B))))));
    }

    @Test
    void flows_that_began_before_a_port_was_open_are_forgotten() {
        assertEquals(
                List.of("conntrack -D -p udp --orig-port-dst 30053"),
                commands(ProxyRules.NONE, rules(Map.of(NODE, new Route.Spread(List.of(A))))));
    }

    @Test
    void tcp_and_new_endpoints_leave_flows_alone() {
        assertEquals(
                List.of(),
                commands(
                        rules(Map.of(WEB, new Route.Spread(List.of(A, B)), DNS, new Route.Spread(List.of(A)))),
                        rules(Map.of(DNS, new Route.Spread(List.of(A, B))))));
    }

    @Test
    void very_many_at_once_are_one_sweep() {
        Map<Frontend, Route> many = new TreeMap<>();
        for (int port = 1; port <= 100; port++) {
            many.put(new Frontend(Ipv4.ANY, Protocol.UDP, port), new Route.Spread(List.of(A)));
        }
        assertEquals(List.of("conntrack -D -p udp --dst-nat"), commands(rules(many), ProxyRules.NONE));
    }
}
