package io.shiplog.command.control.balancer;

import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.object.ObjectKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;

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
        cluster.run(new NodeBalancer());
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
}
