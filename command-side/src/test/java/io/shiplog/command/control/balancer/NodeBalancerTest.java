package io.shiplog.command.control.balancer;

import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.object.ObjectKey;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeBalancerTest {
    private static final String WEB = "{\"port\":80}";
    private final FakeCluster cluster = new FakeCluster();

    private void node(String name, String addresses, String ready) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},"status":{"addresses":[%s],
                "conditions":[{"type":"Ready","status":"%s"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":10250}}}}""".formatted(name, addresses, ready));
    }

    private static String internal(String ip) {
        return "{\"type\":\"InternalIP\",\"address\":\"" + ip + "\"}";
    }

    private void service(String name, String spec, String ports, String status) {
        cluster.given(SERVICES, """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"shop"},
                "spec":{"type":"LoadBalancer"%s,"ports":[%s]},"status":{%s}}""".formatted(name, spec, ports, status));
    }

    private void settled() {
        cluster.run(new NodeBalancer(Optional.empty()));
        cluster.settle();
    }

    private JsonNode status(String name) {
        return Objects.requireNonNull(cluster.tree(ObjectKey.of(SERVICES, "shop", name)))
                .path("status");
    }

    private String ingress(String name) {
        return status(name).at("/loadBalancer/ingress").toString();
    }

    @Test
    void a_service_has_the_addresses_of_the_nodes_that_are_ready_and_follows_them() {
        node("n1", internal("10.244.1.1"), "True");
        node("n2", internal("10.244.2.1") + ",{\"type\":\"ExternalIP\",\"address\":\"192.0.2.2\"}", "True");
        node("n3", internal("10.244.3.1"), "False");
        node("n4", internal("127.0.0.1"), "True");
        service("web", "", WEB, "");
        settled();
        assertEquals(
                "[{\"ip\":\"10.244.1.1\",\"ipMode\":\"VIP\"},{\"ip\":\"192.0.2.2\",\"ipMode\":\"VIP\"}]",
                ingress("web"));

        cluster.change(
                ObjectKey.clusterScoped(NODES, "n1"),
                "status",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
        cluster.settle();
        assertEquals("[{\"ip\":\"192.0.2.2\",\"ipMode\":\"VIP\"}]", ingress("web"));
    }

    @Test
    void the_older_of_two_services_has_a_port_and_the_other_says_so_until_it_is_free() {
        node("n1", internal("10.244.1.1"), "True");
        service("a", "", WEB, "");
        service("b", "", WEB + ",{\"port\":81}", "");
        service("c", "", "{\"port\":80,\"protocol\":\"UDP\"}", "");
        settled();
        assertEquals("", ingress("b"));
        assertEquals("PortInUse", status("b").at("/conditions/0/reason").asText());
        assertEquals(
                "port TCP/80 of the nodes is taken by Service shop/a",
                status("b").at("/conditions/0/message").asText());
        assertEquals("[{\"ip\":\"10.244.1.1\",\"ipMode\":\"VIP\"}]", ingress("c"));

        cluster.change(ObjectKey.of(SERVICES, "shop", "a"), "", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        cluster.settle();
        assertEquals("[{\"ip\":\"10.244.1.1\",\"ipMode\":\"VIP\"}]", ingress("b"));
        assertEquals("False", status("b").at("/conditions/0/status").asText());
    }

    @Test
    void no_service_gets_a_nodes_own_port() {
        node("n1", internal("10.244.1.1"), "True");
        service("kubelet", "", "{\"port\":10250}", "");
        settled();
        assertEquals(
                "port TCP/10250 of the nodes is taken by node n1",
                status("kubelet").at("/conditions/0/message").asText());
    }

    @Test
    void services_of_a_class_and_addresses_of_others_are_left_alone() {
        node("n1", internal("10.244.1.1"), "True");
        service("classy", ",\"loadBalancerClass\":\"example.com/lb\"", WEB, "");
        service("foreign", "", WEB, "\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.7\"}]}");
        settled();
        assertEquals("", ingress("classy"));
        assertEquals("[{\"ip\":\"203.0.113.7\"}]", ingress("foreign"));
    }

    private void settled(String range) {
        cluster.run(new NodeBalancer(Optional.of(BalancerRange.of(range))));
        cluster.settle();
    }

    private String address(String name) {
        return status(name).at("/loadBalancer/ingress/0/ip").asText();
    }

    @Test
    void addresses_of_a_range_are_given_one_by_one_and_kept() {
        node("n1", internal("10.244.1.1"), "True");
        service("a", "", WEB, "");
        service("b", "", WEB, "");
        service("c", "", WEB, "");
        settled("192.0.2.16/31");
        assertEquals("192.0.2.16", address("a"));
        assertEquals("192.0.2.17", address("b"));
        assertEquals("", address("c"));
        assertEquals(
                "no address of the cluster's range is free",
                status("c").at("/conditions/0/message").asText());

        cluster.change(ObjectKey.of(SERVICES, "shop", "a"), "", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        cluster.settle();
        assertEquals("192.0.2.17", address("b"), "kept");
        assertEquals("192.0.2.16", address("c"));
        assertEquals("True", status("c").at("/conditions/0/status").asText());
    }

    @Test
    void an_address_that_is_asked_for_is_given_unless_another_service_has_it_or_no_range_does() {
        service("a", ",\"loadBalancerIP\":\"192.0.2.17\"", WEB, "");
        service("b", ",\"loadBalancerIP\":\"192.0.2.17\"", WEB, "");
        service("c", ",\"loadBalancerIP\":\"203.0.113.1\"", WEB, "");
        service("d", "", WEB, "");
        settled("192.0.2.16/28");
        assertEquals("192.0.2.17", address("a"));
        assertEquals(
                "spec.loadBalancerIP 192.0.2.17 is taken by Service shop/a",
                status("b").at("/conditions/0/message").asText());
        assertEquals(
                "spec.loadBalancerIP 203.0.113.1 is not in the cluster's range",
                status("c").at("/conditions/0/message").asText());
        assertEquals("192.0.2.16", address("d"));
    }

    @Test
    void addresses_follow_a_range_that_changes_or_goes_and_others_addresses_stay() {
        node("n1", internal("10.244.1.1"), "True");
        service("foreign", "", WEB, "\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.7\"}]}");
        String given = "\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.16\",\"ipMode\":\"VIP\"}]},\"conditions\":"
                + "[{\"type\":\"LoadBalancerAddress\",\"status\":\"True\",\"reason\":\"Assigned\",\"message\":\"\"}]";
        service("web", "", WEB, given);
        settled();
        assertEquals("10.244.1.1", address("web"));
        assertEquals(0, status("web").path("conditions").size());
        assertEquals("203.0.113.7", address("foreign"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "192.0.2.16", "192.0.2.17/28", "10.0.0.0/8", "fd00::/64", "999.0.0.0/28", "192.0.2.0/33"})
    void what_is_no_range_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> BalancerRange.of(text));
    }
}
