package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.dns.DnsConfig;
import io.shiplog.node.dns.DnsServer;
import io.shiplog.node.net.PodNetwork.AttachFailedException;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NetworkPolicies between real interfaces with real connections. Needs root on Linux. */
@Tag("network")
class PolicyNetworkTest {
    private static final String CLUSTER = "shiplog-policy-test";
    private static final LinkNames NAMES = new LinkNames(CLUSTER);
    private static final String REFUSED = "failed: Connect timed out";
    private static final String SERVICE = "10.113.0.20";
    private static final String ALL_PODS = "{'podSelector':{},'policyTypes':['Ingress']}";
    private static final String NO_EGRESS = "{'podSelector':{},'policyTypes':['Egress']}";
    private static final int UNUSED = 9;
    private static final String QUESTION = "web.shop.svc.cluster.local.@10.113.0.10";

    private static final NodeNetworkConfig CONFIG = new NodeNetworkConfig(
            CLUSTER,
            Ipv4Range.of("10.246.0.0/16"),
            Ipv4Range.of("10.113.0.0/16"),
            Ipv4.of("10.113.0.10"),
            new TreeMap<>(Map.of("one", Ipv4Range.of("10.246.1.0/24"), "two", Ipv4Range.of("10.246.2.0/24"))));

    private static final ScriptedImages IMAGES = new ScriptedImages();
    private static final FailingNft MACHINE = new FailingNft(new LinuxMachine());
    private static ServicesWatch services;
    private static NodeNetwork network;
    private static DnsServer dns;
    private static TestPod web;
    private static TestPod friend;
    private static TestPod stranger;
    private static String webIp;
    private static String friendIp;
    private static String strangerIp;

    /** A machine whose nft fails while a test wants it to. */
    private record FailingNft(Machine machine, List<String> failing) implements Machine {
        FailingNft(Machine machine) {
            this(machine, new ArrayList<>());
        }

        @Override
        public Outcome run(List<String> command, String input) {
            return !failing.isEmpty() && command.getFirst().equals("nft") && input.contains("-policies")
                    ? new Outcome(1, "", failing.getFirst())
                    : machine.run(command, input);
        }

        @Override
        public String read(Path file) {
            return machine.read(file);
        }

        @Override
        public boolean write(Path file, String value) {
            return machine.write(file, value);
        }

        @Override
        public boolean hasInterface(String name) {
            return machine.hasInterface(name);
        }

        @Override
        public String readLink(Path link) {
            return machine.readLink(link);
        }
    }

    @BeforeAll
    static void threePods() {
        List<String> reasons = NodeNetwork.preflight(CONFIG).sentences();
        assumeTrue(reasons.isEmpty(), () -> "skipped: " + String.join("; ", reasons));
        NodeNetwork.removeEverything(CLUSTER);
        services = new ServicesWatch(IMAGES);
        network = NodeNetwork.start(CONFIG, IMAGES, services, MACHINE);
        dns = DnsServer.start(
                new DnsConfig(
                        "cluster.local",
                        CONFIG.nameServer(),
                        DnsConfig.STANDARD_PORT,
                        CONFIG.podRange(),
                        CONFIG.serviceRange(),
                        Path.of("/etc/resolv.conf")),
                services);
        network.nameServerListensOn(dns.port());
        IMAGES.put("namespaces", "", "shop", "{'metadata':{'labels':{'kubernetes.io/metadata.name':'shop'}}}");
        IMAGES.put("namespaces", "", "away", "{'metadata':{'labels':{'team':'a'}}}");
        IMAGES.put(
                "namespaces",
                "",
                "kube-system",
                "{'metadata':{'labels':{'kubernetes.io/metadata.name':'kube-system'}}}");
        IMAGES.pod("shop", "web", "'app':'web'", "").pod("shop", "friend", "'app':'friend'", "");
        IMAGES.pod("away", "stranger", "'app':'stranger'", "");
        web = TestPod.start("web", List.of());
        friend = TestPod.start("friend", List.of());
        stranger = TestPod.start("stranger", List.of());
        webIp = attach("one", web);
        friendIp = attach("one", friend);
        strangerIp = attach("two", stranger);
        IMAGES.service("shop", "web", "'clusterIP':'%s','ports':[{'name':'http','port':80}]".formatted(SERVICE))
                .slice(
                        "shop",
                        "web",
                        "{'name':'http','protocol':'TCP','port':8080}",
                        "{'addresses':['%s']}".formatted(webIp));
        eventually(() -> PodProcess.ask("tcp", SERVICE, 80).startsWith("web"));
    }

    private static String attach(String node, TestPod pod) {
        return network.pods(node).attach(pod.sandbox).ips().getFirst();
    }

    @AfterAll
    static void nothingIsLeft() {
        if (network == null) {
            return;
        }
        dns.close();
        network.close();
        services.close();
        List.of(web, friend, stranger).forEach(TestPod::close);
        assertEquals(List.of(), NodeNetwork.removeEverything(CLUSTER));
        assertFalse(MACHINE.run("nft", "list", "tables").out().contains(CLUSTER));
    }

    @AfterEach
    void noPolicies() {
        for (String name : List.of("deny", "allow", "more")) {
            IMAGES.delete("networkpolicies", "shop", name);
        }
        eventually(() -> !listing().contains("goto"));
    }

    private static String listing() {
        return MACHINE.run("nft", "list", "table", "ip", NAMES.policies()).out();
    }

    /** A policy of the namespace shop, in place when this returns. */
    private static void policy(String name, String spec) {
        String before = listing();
        IMAGES.policy("shop", name, spec);
        eventually(() -> !listing().equals(before));
    }

    private static String from(TestPod pod) {
        return pod.ask("tcp", webIp, PodProcess.PORT);
    }

    private static void reaches(TestPod pod) {
        assertTrue(from(pod).startsWith("web saw"), () -> from(pod));
    }

    @Test
    void a_default_deny_refuses_pods_and_lets_the_machine_and_the_pod_itself_in() {
        policy("deny", ALL_PODS);

        assertEquals(REFUSED, from(friend));
        assertEquals(REFUSED, stranger.ask("tcp", SERVICE, 80));
        assertTrue(web.ask("udp", friendIp, PodProcess.PORT).startsWith("failed"));
        assertTrue(PodProcess.ask("tcp", webIp, PodProcess.PORT).startsWith("web"), "as probes do");
        assertTrue(PodProcess.ask("tcp", SERVICE, 80).startsWith("web"));
        reaches(web);
        assertTrue(web.ask("tcp", SERVICE, 80).startsWith("web"), "itself, through its Service");
        assertTrue(web.ask("tcp", strangerIp, PodProcess.PORT).startsWith("stranger"), "its own connections");
    }

    @Test
    void a_policy_that_goes_opens_again() {
        policy("deny", ALL_PODS);
        assertEquals(REFUSED, from(friend));

        IMAGES.delete("networkpolicies", "shop", "deny");

        eventually(() -> from(friend).startsWith("web"));
    }

    @Test
    void labels_of_pods_and_namespaces_decide_and_their_change_counts_at_once() {
        policy("deny", ALL_PODS);
        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'web'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'from':[{'podSelector':{'matchLabels':{'app':'friend'}}}]},"
                        + "{'from':[{'namespaceSelector':{'matchLabels':{'team':'b'}},'podSelector':{}}]}]}");

        reaches(friend);
        assertTrue(friend.ask("tcp", SERVICE, 80).startsWith("web"), "a Service is its backends");
        assertEquals(REFUSED, from(stranger));

        IMAGES.put("namespaces", "", "away", "{'metadata':{'labels':{'team':'b'}}}");
        eventually(() -> from(stranger).startsWith("web"));
        IMAGES.put("namespaces", "", "away", "{'metadata':{'labels':{'team':'a'}}}");
        eventually(() -> from(stranger).equals(REFUSED));

        IMAGES.pod("shop", "friend", "'app':'other'", "");
        eventually(() -> from(friend).equals(REFUSED));
        IMAGES.pod("shop", "friend", "'app':'friend'", "");
        eventually(() -> from(friend).startsWith("web"));
    }

    @Test
    void blocks_have_exceptions_and_ports_have_names_and_ranges() {
        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'web'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'from':[{'ipBlock':{'cidr':'10.246.0.0/16','except':['10.246.2.0/24']}}],"
                        + "'ports':[{'protocol':'TCP','port':'http'}]}]}");
        reaches(friend);
        assertEquals(REFUSED, from(stranger));
        assertTrue(friend.ask("udp", webIp, PodProcess.PORT).startsWith("failed"), "another protocol");

        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'web'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'ports':[{'protocol':'TCP','port':8000,'endPort':8100},{'protocol':'TCP','port':8050,'endPort':8200}]}]}");
        reaches(stranger);
        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'web'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'ports':[{'protocol':'TCP','port':8081,'endPort':8100}]}]}");
        assertEquals(REFUSED, from(stranger));
    }

    @Test
    void egress_is_the_senders_and_asking_names_is_egress_too() {
        policy("deny", NO_EGRESS);
        assertEquals(REFUSED, from(friend));
        assertEquals(REFUSED, friend.ask("tcp", SERVICE, 80));
        reaches(stranger);
        assertTrue(friend.ask("dns-udp", QUESTION, 53).startsWith("failed"));

        policy(
                "more",
                "{'podSelector':{},'policyTypes':['Egress'],'egress':[{'to':[{'namespaceSelector':{'matchLabels':"
                        + "{'kubernetes.io/metadata.name':'kube-system'}},'podSelector':{'matchLabels':{'k8s-app':'kube-dns'}}}],"
                        + "'ports':[{'protocol':'UDP','port':53}]}]}");
        assertEquals(SERVICE, friend.ask("dns-udp", QUESTION, 53));
        assertTrue(friend.ask("dns-tcp", QUESTION, 53).startsWith("failed"));
        assertEquals(REFUSED, from(friend));

        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'friend'}},'policyTypes':['Egress'],'egress':["
                        + "{'to':[{'podSelector':{'matchLabels':{'app':'web'}}}],'ports':[{'port':'http'}]}]}");
        reaches(friend);
        assertEquals(REFUSED, friend.ask("tcp", strangerIp, PodProcess.PORT));
    }

    @Test
    void a_new_pod_has_its_rules_before_its_address_and_no_network_without_them() {
        policy("deny", ALL_PODS);
        IMAGES.pod("shop", "fresh", "'app':'fresh'", "");
        try (TestPod fresh = TestPod.start("fresh", List.of())) {
            MACHINE.failing().add("Error: Operation not permitted");
            AttachFailedException refusal = assertThrows(AttachFailedException.class, () -> attach("one", fresh));
            assertEquals(
                    "pod shop/fresh gets no network before its policies are in place: nft: Error: Operation not permitted",
                    refusal.getMessage());
            assertEquals(REFUSED, from(friend), "what was written stays");
            MACHINE.failing().clear();

            String ip = attach("one", fresh);

            assertEquals(REFUSED, friend.ask("tcp", ip, PodProcess.PORT));
            network.pods("one").detach(fresh.sandbox);
        } finally {
            MACHINE.failing().clear();
        }
    }

    @Test
    void a_pod_that_the_cluster_does_not_know_talks_to_no_one_where_there_are_policies() {
        policy("deny", ALL_PODS);
        try (TestPod unknown = TestPod.start("unknown", List.of())) {
            attach("two", unknown);
            assertEquals(REFUSED, unknown.ask("tcp", strangerIp, PodProcess.PORT));
            network.pods("two").detach(unknown.sandbox);
        }
    }

    @Test
    void rules_stay_while_the_process_restarts_and_when_they_are_removed_they_come_back() {
        policy("deny", ALL_PODS);
        network.close();
        assertEquals(REFUSED, from(friend));
        network = NodeNetwork.start(CONFIG, IMAGES, services, MACHINE);
        assertEquals(REFUSED, from(friend));
        reaches(web);

        MACHINE.run("nft", "delete", "table", "ip", NAMES.policies());
        IMAGES.pod("shop", "friend", "'app':'other'", "");
        eventually(() -> from(friend).equals(REFUSED));
        IMAGES.pod("shop", "friend", "'app':'friend'", "");
    }

    @Test
    void a_pod_sends_from_no_other_pods_address() {
        policy(
                "allow",
                "{'podSelector':{'matchLabels':{'app':'web'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'from':[{'podSelector':{'matchLabels':{'app':'friend'}}}]}]}");
        String packets = "ip daddr " + webIp + " udp dport " + UNUSED + " counter";
        MACHINE.run("nft", "add", "table", "ip", CLUSTER + "-seen");
        MACHINE.run(
                List.of("nft", "-f", "-"),
                "add chain ip %1$s-seen c { type filter hook forward priority 100; }\nadd rule ip %1$s-seen c %2$s\n"
                        .formatted(CLUSTER, packets));
        try {
            run(stranger, "ip", "addr", "add", friendIp + "/32", "dev", "eth0");
            stranger.ask("udp-from-" + friendIp, webIp, UNUSED);
            assertTrue(counted().contains("packets 0 "), PolicyNetworkTest::counted);
            friend.ask("udp", webIp, UNUSED);
            assertTrue(counted().contains("packets 1 "), PolicyNetworkTest::counted);
        } finally {
            MACHINE.run("nft", "delete", "table", "ip", CLUSTER + "-seen");
            run(stranger, "ip", "addr", "del", friendIp + "/32", "dev", "eth0");
        }
    }

    private static void run(TestPod pod, String... command) {
        List<String> inPod = new ArrayList<>(List.of("nsenter", "-t", "" + pod.sandbox.pid(), "-n"));
        inPod.addAll(List.of(command));
        assertEquals("", MACHINE.run(inPod, "").err());
    }

    private static String counted() {
        return MACHINE.run("nft", "list", "table", "ip", CLUSTER + "-seen").out();
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within twenty seconds");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
