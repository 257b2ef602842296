package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.dns.DnsConfig;
import io.shiplog.node.dns.DnsServer;
import io.shiplog.node.net.PodNetwork.HostPort;
import io.shiplog.node.net.PodNetwork.PodSandbox;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real interfaces, real rules, real connections, on two logical nodes. Needs root on Linux. */
@Tag("network")
class NodeNetworkTest {
    private static final String CLUSTER = "shiplog-network-test";
    private static final LinkNames NAMES = new LinkNames(CLUSTER);
    private static final Machine MACHINE = new LinuxMachine();
    private static final int NODE_PORT = 32_167;
    private static final int HOST_PORT = 32_168;
    private static final String HTTP = "{'name':'http','protocol':'TCP','port':8080}";
    private static final String BOTH = HTTP + ",{'name':'dns','protocol':'UDP','port':8080}";

    private static final NodeNetworkConfig CONFIG = new NodeNetworkConfig(
            CLUSTER,
            Ipv4Range.of("10.245.0.0/16"),
            Ipv4Range.of("10.112.0.0/16"),
            Ipv4.of("10.112.0.10"),
            new TreeMap<>(Map.of("one", Ipv4Range.of("10.245.1.0/24"), "two", Ipv4Range.of("10.245.2.0/24"))),
            Optional.empty(),
            Optional.of(Ipv4Range.of("198.51.100.16/28")));

    private static final ScriptedImages IMAGES = new ScriptedImages();
    private static ServicesWatch services;
    private static NodeNetwork network;
    private static DnsServer dns;
    private static TestPod web;
    private static TestPod db;
    private static TestPod near;
    private static String webIp;
    private static String dbIp;

    @BeforeAll
    static void twoNodesAndThreePods() {
        List<String> reasons = NodeNetwork.preflight(CONFIG).sentences();
        assumeTrue(reasons.isEmpty(), () -> "skipped: " + String.join("; ", reasons));
        NodeNetwork.removeEverything(CLUSTER);
        services = new ServicesWatch(IMAGES);
        network = NodeNetwork.start(CONFIG, IMAGES, services);
        dns = startDns();
        web = TestPod.start("web", List.of(new HostPort("", HOST_PORT, PodProcess.PORT, "TCP")));
        db = TestPod.start("db", List.of());
        near = TestPod.start("near", List.of());
        webIp = attach("one", web);
        dbIp = attach("two", db);
        attach("one", near);
        IMAGES.service(
                        "shop",
                        "web",
                        "'clusterIP':'10.112.0.20','type':'NodePort','ports':[{'name':'http','port':80,'nodePort':%d}"
                                        .formatted(NODE_PORT)
                                + ",{'name':'dns','port':53,'protocol':'UDP'}]")
                .slice("shop", "web", BOTH, "{'addresses':['%s'],'nodeName':'one'}".formatted(webIp));
        IMAGES.service("shop", "empty", "'clusterIP':'10.112.0.21','ports':[{'name':'http','port':80}]");
        eventually(() -> PodProcess.ask("tcp", "10.112.0.20", 80).startsWith("web"));
    }

    private static DnsServer startDns() {
        return DnsServer.start(
                new DnsConfig(
                        "cluster.local",
                        CONFIG.nameServer(),
                        DnsConfig.STANDARD_PORT,
                        CONFIG.podRange(),
                        CONFIG.serviceRange(),
                        Path.of("/etc/resolv.conf")),
                services);
    }

    private static String attach(String node, TestPod pod) {
        return network.pods(node).attach(pod.sandbox).ips().getFirst();
    }

    @AfterAll
    static void nothingIsLeft() throws SocketException {
        if (network == null) {
            return;
        }
        dns.close();
        network.close();
        services.close();
        List.of(web, db, near).forEach(TestPod::close);
        assertEquals(List.of(), NodeNetwork.removeEverything(CLUSTER));
        assertEquals(List.of(), new Links(MACHINE, NAMES).scan());
        assertTrue(
                NetworkInterface.networkInterfaces().noneMatch(i -> i.getName().startsWith(NAMES.prefix())));
        assertFalse(MACHINE.run("nft", "list", "tables").out().contains(NAMES.table()));
        assertFalse(MACHINE.run("iptables-save").out().contains(CLUSTER));
    }

    @Test
    void a_pod_reaches_a_pod_of_another_node_under_its_own_address() {
        assertEquals("db saw " + webIp, web.ask("tcp", dbIp, PodProcess.PORT));
        assertEquals("web saw " + dbIp, db.ask("udp", webIp, PodProcess.PORT));
    }

    /** Docker translates addresses of its own; so does a second cluster, with rules like ours. */
    @Test
    void another_cluster_on_the_machine_changes_nothing_for_this_one() {
        String second = CLUSTER + "-two";
        NodeNetworkConfig neighbour = new NodeNetworkConfig(
                second,
                Ipv4Range.of("10.247.0.0/16"),
                Ipv4Range.of("10.114.0.0/16"),
                Ipv4.of("10.114.0.10"),
                new TreeMap<>(Map.of("one", Ipv4Range.of("10.247.1.0/24"))));
        ScriptedImages strangers = new ScriptedImages();
        try (ServicesWatch none = new ServicesWatch(strangers);
                NodeNetwork other = NodeNetwork.start(neighbour, strangers, none);
                TestPod pod = TestPod.start("stranger", List.of())) {
            String ip = other.pods("one").attach(pod.sandbox).ips().getFirst();
            assertEquals("web saw " + dbIp, db.ask("tcp", "10.112.0.20", 80));
            assertEquals("stranger saw 10.247.1.1", PodProcess.ask("tcp", ip, PodProcess.PORT));
        } finally {
            assertEquals(List.of(), NodeNetwork.removeEverything(second));
        }
        assertEquals("web saw " + dbIp, db.ask("tcp", "10.112.0.20", 80));
    }

    @Test
    void a_service_in_front_of_another_machine_is_reached_by_pods_and_by_the_host() {
        try (TestPod outside = TestPod.start("beyond", List.of())) {
            cable(outside);
            IMAGES.service("shop", "beyond", "'clusterIP':'10.112.0.80','ports':[{'name':'http','port':80}]")
                    .slice("shop", "beyond", HTTP, "{'addresses':['198.51.100.2']}");
            eventually(() -> near.ask("tcp", "10.112.0.80", 80).equals("beyond saw 198.51.100.1"));
            assertEquals("beyond saw 198.51.100.1", PodProcess.ask("tcp", "10.112.0.80", 80));
        }
    }

    /** Another machine, on a cable of its own: it knows no way to pods. */
    @Test
    void pods_reach_the_outside_under_the_machines_address_and_the_outside_reaches_a_node_port_under_its_own() {
        try (TestPod outside = TestPod.start("outside", List.of())) {
            cable(outside);
            assertEquals("outside saw 198.51.100.1", web.ask("tcp", "198.51.100.2", PodProcess.PORT));
            assertEquals("outside saw 198.51.100.1", db.ask("udp", "198.51.100.2", PodProcess.PORT));
            assertEquals("web saw 198.51.100.2", outside.ask("tcp", "198.51.100.1", NODE_PORT));
            assertEquals("web saw 198.51.100.2", outside.ask("tcp", "198.51.100.1", HOST_PORT));
        }
    }

    @Test
    void a_pod_reaches_its_neighbour() {
        assertEquals("web", word(near.ask("tcp", webIp, PodProcess.PORT)));
    }

    @Test
    void the_host_reaches_a_pod_and_a_pod_the_host() {
        assertEquals("db saw 10.245.2.1", PodProcess.ask("tcp", dbIp, PodProcess.PORT));
        assertTrue(web.ask("tcp", network.gateway("two").toString(), 9).contains("refused"));
    }

    @Test
    void a_pod_reaches_a_service_from_its_own_node_and_from_another_over_tcp_and_udp() {
        assertEquals("web saw " + dbIp, db.ask("tcp", "10.112.0.20", 80));
        assertEquals("web", word(near.ask("tcp", "10.112.0.20", 80)));
        assertEquals("web saw " + dbIp, db.ask("udp", "10.112.0.20", 53));
        assertEquals("web", word(near.ask("udp", "10.112.0.20", 53)));
    }

    @Test
    void a_pod_reaches_itself_through_its_service() {
        assertEquals("web saw 10.245.1.1", web.ask("tcp", "10.112.0.20", 80));
    }

    @Test
    void the_host_reaches_cluster_ip_node_port_and_host_port() {
        assertEquals("web", word(PodProcess.ask("tcp", "10.112.0.20", 80)));
        assertEquals("web", word(PodProcess.ask("tcp", "127.0.0.1", NODE_PORT)));
        assertEquals("web", word(PodProcess.ask("tcp", network.gateway("two").toString(), NODE_PORT)));
        assertEquals("web", word(PodProcess.ask("tcp", "127.0.0.1", HOST_PORT)));
    }

    @Test
    void a_pod_reaches_a_node_port_on_every_address_of_the_host() {
        assertEquals("web saw " + dbIp, db.ask("tcp", network.gateway("one").toString(), NODE_PORT));
        assertEquals("web saw " + dbIp, db.ask("tcp", network.gateway("two").toString(), NODE_PORT));
    }

    /** Answers of NodePorts on 127.0.0.1 need route_localnet, which alone would open the host's loopback to pods (CVE-2020-8558). */
    @Test
    void a_pod_that_forges_packets_never_reaches_what_listens_on_the_hosts_loopback() throws IOException {
        try (ServerSocket secret = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestPod forger = TestPod.start("forger", List.of())) {
            attach("one", forger);
            run(forger, "ip", "addr", "del", "127.0.0.1/8", "dev", "lo");
            run(forger, "ip", "route", "add", "127.0.0.0/8", "via", "10.245.1.1", "src", ipOf(forger));
            run(forger, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet");
            String answer = forger.ask("tcp", "127.0.0.1", secret.getLocalPort());
            assertEquals("failed: Connect timed out", answer);
            network.pods("one").detach(forger.sandbox);
        }
    }

    @Test
    void a_service_without_endpoints_and_an_address_without_a_service_refuse_at_once() {
        assertTrue(web.ask("tcp", "10.112.0.21", 80).contains("refused"));
        assertTrue(PodProcess.ask("tcp", "10.112.0.21", 80).contains("refused"));
        assertTrue(web.ask("tcp", "10.112.99.99", 80).contains("refused"));
        assertTrue(PodProcess.ask("tcp", "10.112.99.99", 80).contains("refused"));
    }

    @Test
    void pods_and_the_host_find_a_service_by_name_over_udp_and_tcp() {
        String question = "web.shop.svc.cluster.local.@10.112.0.10";
        assertEquals("10.112.0.20", db.ask("dns-udp", question, 53));
        assertEquals("10.112.0.20", web.ask("dns-tcp", question, 53));
        assertEquals("10.112.0.20", PodProcess.ask("dns-udp", question, 53));
        assertEquals("NXDOMAIN", db.ask("dns-udp", "nobody.shop.svc.cluster.local.@10.112.0.10", 53));
    }

    @Test
    void where_somebody_else_has_port_53_queries_still_arrive() {
        String question = "web.shop.svc.cluster.local.@10.112.0.10";
        try (DnsServer second = startDns()) {
            assertNotEquals(DnsConfig.STANDARD_PORT, second.port());
            network.nameServerListensOn(second.port());
            dns.close();
            eventually(() -> near.ask("dns-udp", question, 53).equals("10.112.0.20"));
            assertEquals("10.112.0.20", db.ask("dns-tcp", question, 53));
            assertEquals("10.112.0.20", PodProcess.ask("dns-udp", question, 53));
        } finally {
            network.nameServerListensOn(DnsConfig.STANDARD_PORT);
            dns = startDns();
        }
        eventually(() -> near.ask("dns-udp", question, 53).equals("10.112.0.20"));
    }

    @Test
    void a_service_that_claims_the_name_servers_address_does_not_get_it() {
        IMAGES.service(
                "shop", "thief", "'clusterIP':'10.112.0.10','ports':[{'name':'http','port':53,'protocol':'UDP'}]");
        IMAGES.service("shop", "proof", "'clusterIP':'10.112.0.50','ports':[{'name':'http','port':80}]")
                .slice("shop", "proof", HTTP, "{'addresses':['%s']}".formatted(webIp));
        eventually(() -> near.ask("tcp", "10.112.0.50", 80).startsWith("web"));
        assertEquals("10.112.0.20", near.ask("dns-udp", "web.shop.svc.cluster.local.@10.112.0.10", 53));
        IMAGES.delete("services", "shop", "thief");
    }

    @Test
    void a_sticky_service_keeps_each_client_with_its_pod() {
        IMAGES.service(
                        "shop",
                        "sticky",
                        "'clusterIP':'10.112.0.60','sessionAffinity':'ClientIP','ports':[{'name':'http','port':80}]")
                .slice("shop", "sticky", HTTP, "{'addresses':['%s']},{'addresses':['%s']}".formatted(webIp, dbIp));
        eventually(() -> !near.ask("tcp", "10.112.0.60", 80).startsWith("failed"));
        String first = word(near.ask("tcp", "10.112.0.60", 80));
        for (int i = 0; i < 20; i++) {
            assertEquals(first, word(near.ask("tcp", "10.112.0.60", 80)));
        }
    }

    @Test
    void a_client_is_remembered_over_a_restart_and_no_longer_than_its_service_says() {
        String pods = "{'addresses':['%s']},{'addresses':['%s']}".formatted(webIp, dbIp);
        String sticky = "'clusterIP':'10.112.0.61','ports':[{'name':'http','port':80}],'sessionAffinity':'ClientIP',"
                + "'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':%d}}";
        IMAGES.service("shop", "hours", sticky.formatted(3_600)).slice("shop", "hours", HTTP, pods);
        eventually(() -> !near.ask("tcp", "10.112.0.61", 80).startsWith("failed"));
        String first = word(near.ask("tcp", "10.112.0.61", 80));
        network.close();
        network = NodeNetwork.start(CONFIG, IMAGES, services);
        attach("one", web); // its host port comes with it
        String remembered = MACHINE.run("nft", "list", "map", "ip", NAMES.table(), "clients_tcp")
                .out();
        assertTrue(remembered.contains(". 10.112.0.61 . 80 timeout 1h expires 59m"), remembered);
        for (int i = 0; i < 10; i++) {
            assertEquals(first, word(near.ask("tcp", "10.112.0.61", 80)));
        }

        IMAGES.service("shop", "hours", sticky.formatted(1));
        eventually(() -> {
            LockSupport.parkNanos(Duration.ofMillis(1_200).toNanos());
            return !word(near.ask("tcp", "10.112.0.61", 80)).equals(first);
        });
        IMAGES.delete("services", "shop", "hours");
    }

    @Test
    void a_local_policy_and_source_ranges_are_for_clients_outside() {
        String balanced =
                "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.112.0.90','ports':[{'name':'http','port':8090}]%s},"
                        + "'status':{'loadBalancer':{'ingress':[{'ip':'198.51.100.1'}]}}}";
        try (TestPod outside = TestPod.start("client", List.of())) {
            cable(outside);
            IMAGES.slice("shop", "balanced", HTTP, "{'addresses':['%s'],'nodeName':'far'}".formatted(webIp));
            IMAGES.put(
                    "services",
                    "shop",
                    "balanced",
                    balanced.formatted(",'loadBalancerSourceRanges':['198.51.100.0/30']"));
            eventually(() -> outside.ask("tcp", "198.51.100.1", 8090).equals("web saw 198.51.100.2"));
            IMAGES.put(
                    "services", "shop", "balanced", balanced.formatted(",'loadBalancerSourceRanges':['192.0.2.0/24']"));
            eventually(() -> outside.ask("tcp", "198.51.100.1", 8090).startsWith("failed: Connect timed out"));
            IMAGES.put("services", "shop", "balanced", balanced.formatted(",'externalTrafficPolicy':'Local'"));
            eventually(() -> near.ask("tcp", "198.51.100.1", 8090).startsWith("web"));
            assertEquals("failed: Connect timed out", outside.ask("tcp", "198.51.100.1", 8090));
            assertEquals("web", word(PodProcess.ask("tcp", "198.51.100.1", 8090)));
            IMAGES.delete("services", "shop", "balanced");
        }
    }

    @Test
    void an_address_of_the_load_balancers_range_is_announced_for_its_service_alone() {
        String web =
                "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.112.0.91','ports':[{'name':'http','port':80}]},"
                        + "'status':{'loadBalancer':{'ingress':[{'ip':'198.51.100.17','ipMode':'VIP'}]}}}";
        try (TestPod outside = TestPod.start("neighbour", List.of())) {
            cable(outside);
            // Of the neighbour's own network: it asks who has the address.
            run(outside, "ip", "addr", "replace", "198.51.100.2/24", "dev", "eth0");
            IMAGES.slice("shop", "announced", HTTP, "{'addresses':['%s']}".formatted(webIp));
            IMAGES.put("services", "shop", "announced", web);
            eventually(() -> outside.ask("tcp", "198.51.100.17", 80).equals("web saw 198.51.100.2"));
            assertEquals("web", word(PodProcess.ask("tcp", "198.51.100.17", 80)));
            assertTrue(outside.ask("tcp", "198.51.100.17", 22).contains("refused"));

            IMAGES.delete("services", "shop", "announced");
            eventually(() -> !MACHINE.run("ip", "addr").out().contains("198.51.100.17"));
        }
    }

    @Test
    void a_udp_client_that_never_pauses_is_moved_when_its_endpoint_goes() {
        assumeTrue(MACHINE.run("conntrack", "-V").ok(), "skipped: needs the conntrack command");
        IMAGES.service("shop", "udp", "'clusterIP':'10.112.0.70','ports':[{'name':'dns','port':53,'protocol':'UDP'}]")
                .slice("shop", "udp", BOTH, "{'addresses':['%s']}".formatted(webIp));
        eventually(() -> near.ask("udp-same-port", "10.112.0.70", 53).startsWith("web"));
        IMAGES.slice("shop", "udp", BOTH, "{'addresses':['%s']}".formatted(dbIp));
        eventually(() -> near.ask("udp-same-port", "10.112.0.70", 53).startsWith("db"));
    }

    @Test
    void a_service_follows_its_endpoints() {
        IMAGES.service("shop", "moving", "'clusterIP':'10.112.0.30','ports':[{'name':'http','port':80}]")
                .slice("shop", "moving", HTTP, "{'addresses':['%s']}".formatted(webIp));
        eventually(() -> near.ask("tcp", "10.112.0.30", 80).startsWith("web"));
        IMAGES.slice("shop", "moving", HTTP, "{'addresses':['%s']}".formatted(dbIp));
        eventually(() -> near.ask("tcp", "10.112.0.30", 80).startsWith("db"));
        IMAGES.delete("services", "shop", "moving");
        eventually(() -> near.ask("tcp", "10.112.0.30", 80).contains("refused"));
    }

    @Test
    void a_restarted_process_finds_every_pod_at_its_address_and_connections_go_on() {
        network.close();
        network = NodeNetwork.start(CONFIG, IMAGES, services);
        assertEquals("web saw " + dbIp, db.ask("tcp", "10.112.0.20", 80));
        assertEquals(webIp, attach("one", web));
        assertEquals(dbIp, attach("two", db));
        try (TestPod fresh = TestPod.start("fresh", List.of())) {
            String ip = attach("one", fresh);
            assertNotEquals(webIp, ip);
            assertEquals("web saw " + ip, fresh.ask("tcp", webIp, PodProcess.PORT));
            network.pods("one").detach(fresh.sandbox);
            assertFalse(MACHINE.hasInterface(NAMES.pod(Ipv4.of(ip))));
        }
        eventually(() -> PodProcess.ask("tcp", "127.0.0.1", HOST_PORT).startsWith("web"));
    }

    @Test
    void a_flushed_rule_set_comes_back_with_the_next_change() {
        MACHINE.run("nft", "delete", "table", "ip", NAMES.table());
        IMAGES.service("shop", "next", "'clusterIP':'10.112.0.40','ports':[{'name':'http','port':80}]");
        eventually(() -> near.ask("tcp", "10.112.0.20", 80).startsWith("web"));
    }

    @Test
    void the_machines_own_namespace_is_never_touched() {
        PodSandbox stranger = new PodSandbox(
                "shop", "x", "uid-x", "container-x", ProcessHandle.current().pid(), List.of());
        PodSandbox dead = new PodSandbox("shop", "y", "uid-y", "container-y", 0, List.of());
        assertThrows(
                PodNetwork.AttachFailedException.class,
                () -> network.pods("one").attach(stranger));
        assertThrows(
                PodNetwork.AttachFailedException.class,
                () -> network.pods("one").attach(dead));
    }

    private static void run(TestPod pod, String... command) {
        List<String> inPod = new ArrayList<>(List.of("nsenter", "-t", "" + pod.sandbox.pid(), "-n"));
        inPod.addAll(List.of(command));
        assertTrue(MACHINE.run(inPod, "").ok());
    }

    /** Connects another machine, 198.51.100.2, with this one, 198.51.100.1. */
    private static void cable(TestPod outside) {
        String name = "sltestcable";
        ok("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", "" + outside.sandbox.pid());
        ok("ip", "addr", "add", "198.51.100.1/30", "dev", name);
        ok("ip", "link", "set", name, "up");
        run(outside, "ip", "addr", "add", "198.51.100.2/30", "dev", "eth0");
        run(outside, "ip", "link", "set", "eth0", "up");
    }

    private static void ok(String... command) {
        assertEquals("", MACHINE.run(command).err());
    }

    private static String ipOf(TestPod pod) {
        return network.pods("one").attach(pod.sandbox).ips().getFirst();
    }

    private static String word(String answer) {
        return answer.split(" ", 2)[0];
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within thirty seconds");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
