package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machines.Uplink;
import io.shiplog.node.net.machines.Way;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods on machines that are network namespaces, with a switch or a router between them. Needs root on Linux. */
@Tag("network")
class MachinesTest {
    private static final String CLUSTER = "shiplog-machines";
    private static final LinkNames NAMES = new LinkNames(CLUSTER);
    private static final Ipv4Range PODS = Ipv4Range.of("10.241.0.0/16");
    private static final String ROUTER = "slm-router";

    private final ScriptedImages images = new ScriptedImages();
    private final LinuxMachine host = new LinuxMachine();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> namespaces = new ArrayList<>();

    /** A machine in a network namespace. */
    private record Elsewhere(LinuxMachine host, String namespace) implements Machine {
        /** Where its Open vSwitch is, if it has one. */
        Path switches() {
            return Path.of(System.getProperty("java.io.tmpdir"), "shiplog-ovs-" + namespace);
        }

        @Override
        public Outcome run(List<String> command, String input) {
            List<String> there = new ArrayList<>(
                    List.of("nsenter", "--net=/run/netns/" + namespace, "env", "OVS_RUNDIR=" + switches()));
            there.addAll(command);
            return host.run(there, input);
        }

        @Override
        public String read(Path file) {
            return file.startsWith("/proc/sys/net")
                    ? run("cat", file.toString()).out().strip()
                    : host.read(file);
        }

        @Override
        public boolean write(Path file, String value) {
            return run(List.of("tee", file.toString()), value).ok();
        }

        @Override
        public boolean hasInterface(String name) {
            return run("ip", "link", "show", "dev", name).ok();
        }

        @Override
        public String readLink(Path link) {
            return host.readLink(link);
        }
    }

    /** One machine with a node, and a pod on it. */
    private final class Site {
        private final Elsewhere machine;
        private final String node;
        private final NodeNetworkConfig config;
        private NodeNetwork network;
        private TestPod pod;
        private String podIp = "";

        @SuppressWarnings("NullAway.Init") // the network and the pod come with start
        Site(int number, String address, String gateway) {
            this(number, address, gateway, Way.ROUTES);
        }

        @SuppressWarnings("NullAway.Init") // the network and the pod come with start
        Site(int number, String address, String gateway, Way way) {
            node = "node-" + number;
            machine = new Elsewhere(host, namespace("slm-" + number));
            ok(host.run(
                    "ip",
                    "link",
                    "add",
                    "slm-u" + number,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    machine.namespace()));
            ok(host.run("ip", "link", "set", "slm-u" + number, "netns", ROUTER));
            ok(machine.run("ip", "link", "set", "eth0", "up"));
            String device = way == Way.OVS_GRE ? openVswitch() : "eth0";
            ok(machine.run("ip", "addr", "add", address, "dev", device));
            ok(machine.run("ip", "link", "set", "lo", "up"));
            if (!gateway.isEmpty()) {
                ok(machine.run("ip", "route", "add", "default", "via", gateway));
            }
            String own = address.substring(0, address.indexOf('/'));
            config = new NodeNetworkConfig(
                    CLUSTER,
                    PODS,
                    Ipv4Range.of("10.108.0.0/16"),
                    Ipv4.of("10.108.0.10"),
                    new TreeMap<>(Map.of(node, Ipv4Range.of("10.241.%d.0/24".formatted(number)))),
                    Uplink.find(machine, own, way),
                    Optional.empty());
            images.put(
                    "nodes",
                    "",
                    node,
                    "{'metadata':{},'spec':{'podCIDR':'10.241.%d.0/24'},'status':{'addresses':[{'type':'InternalIP','address':'10.241.%d.1'},{'type':'ExternalIP','address':'%s'}]}}"
                            .formatted(number, number, own));
            start();
        }

        /** Open vSwitch in userspace, for kernels without it: its bridge has the uplink as a port. */
        private String openVswitch() {
            Path folder = machine.switches();
            assertTrue(folder.toFile().mkdirs());
            ok(machine.run("ovsdb-tool", "create", folder + "/conf.db", "/usr/share/openvswitch/vswitch.ovsschema"));
            opened.add(() -> stop(folder.resolve("ovsdb-server.pid")));
            quietly("ovsdb-server", folder + "/conf.db", "--remote=punix:" + folder + "/db.sock");
            ok(machine.run("ovs-vsctl", "--no-wait", "init"));
            opened.add(() -> stop(folder.resolve("ovs-vswitchd.pid")));
            quietly("ovs-vswitchd");
            ok(machine.run(
                    "ovs-vsctl",
                    "--timeout=10",
                    "add-br",
                    "br-up",
                    "--",
                    "set",
                    "bridge",
                    "br-up",
                    "datapath_type=netdev",
                    "--",
                    "add-port",
                    "br-up",
                    "eth0"));
            ok(machine.run("ip", "link", "set", "br-up", "up"));
            return "br-up";
        }

        /** A daemon, which has its own log; it must not keep our pipes. */
        private void quietly(String... command) {
            String line = String.join(" ", command) + " --detach --pidfile --log-file=" + machine.switches() + "/"
                    + command[0] + ".log >/dev/null 2>&1";
            ok(machine.run("sh", "-c", line));
        }

        private void start() {
            ServicesWatch services = new ServicesWatch(images);
            network = NodeNetwork.start(config, images, services, machine);
            opened.add(network);
            opened.add(services);
        }

        Site withPod() {
            pod = TestPod.start(node, List.of());
            opened.add(pod);
            images.pod("shop", node, "'app':'" + node + "'", "");
            podIp = network.pods(node).attach(pod.sandbox).ips().getFirst();
            images.pod("shop", node, "'app':'" + node + "'", podIp);
            return this;
        }
    }

    private String namespace(String name) {
        assumeTrue(host.run("ip", "netns", "add", name).ok(), "skipped: needs root and the ip command");
        namespaces.add(name);
        return name;
    }

    private static void ok(Machine.Outcome outcome) {
        assertEquals("", outcome.err());
    }

    /** A switch: both machines are in one subnet. */
    private void underOneSwitch() {
        Elsewhere wire = new Elsewhere(host, namespace(ROUTER));
        ok(wire.run("ip", "link", "add", "br0", "type", "bridge"));
        ok(wire.run("ip", "link", "set", "br0", "up"));
    }

    private void plugIn(int number) {
        Elsewhere wire = new Elsewhere(host, ROUTER);
        ok(wire.run("ip", "link", "set", "slm-u" + number, "master", "br0"));
        ok(wire.run("ip", "link", "set", "slm-u" + number, "up"));
    }

    private void route(int number, String address) {
        Elsewhere wire = new Elsewhere(host, ROUTER);
        ok(wire.run("ip", "addr", "add", address, "dev", "slm-u" + number));
        ok(wire.run("ip", "link", "set", "slm-u" + number, "up"));
    }

    private void stop(Path pidFile) {
        ProcessHandle.of(Long.parseLong(host.read(pidFile))).ifPresent(process -> {
            process.destroy();
            process.onExit().join();
        });
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        // The daemons of Open vSwitch were opened first and end last: a bridge is removed by them.
        for (AutoCloseable each : opened.reversed()) {
            if (each instanceof NodeNetwork network) {
                network.close();
            }
        }
        for (String each : namespaces) {
            if (!each.equals(ROUTER)) {
                Elsewhere machine = new Elsewhere(host, each);
                assertEquals(List.of(), NetworkRemoval.of(CLUSTER, machine).run());
                assertFalse(
                        machine.run("ip", "route").out().contains("10.241."),
                        machine.run("ip", "route").out());
                assertFalse(machine.run("ip", "link").out().contains(NAMES.prefix()));
            }
        }
        for (AutoCloseable each : opened.reversed()) {
            if (!(each instanceof NodeNetwork)) {
                each.close();
            }
        }
        for (String each : namespaces) {
            host.run("rm", "-rf", new Elsewhere(host, each).switches().toString());
            host.run("ip", "netns", "del", each);
        }
    }

    @Test
    void machines_of_one_subnet_route_pods_to_each_other() {
        underOneSwitch();
        Site one = new Site(1, "192.0.2.11/24", "");
        Site two = new Site(2, "192.0.2.12/24", "");
        plugIn(1);
        plugIn(2);
        one.withPod();
        two.withPod();

        eventually(() -> one.pod.ask("tcp", two.podIp, PodProcess.PORT).equals("node-2 saw " + one.podIp));
        assertEquals("node-1 saw " + two.podIp, two.pod.ask("udp", one.podIp, PodProcess.PORT));
        assertTrue(one.machine.run("ip", "route").out().contains("10.241.2.0/24 via 192.0.2.12 dev eth0"));
        assertFalse(one.machine.hasInterface(NAMES.tunnel(Way.ROUTES)));
    }

    @Test
    void machines_behind_a_router_have_a_tunnel_with_room_for_its_headers() {
        beyondARouter();
        Site one = new Site(1, "192.0.2.11/25", "192.0.2.1");
        Site two = new Site(2, "192.0.2.140/25", "192.0.2.129");
        route(1, "192.0.2.1/25");
        route(2, "192.0.2.129/25");
        one.withPod();
        two.withPod();

        eventually(() -> one.pod.ask("tcp", two.podIp, PodProcess.PORT).equals("node-2 saw " + one.podIp));
        assertEquals("node-1 saw " + two.podIp, two.pod.ask("udp", one.podIp, PodProcess.PORT));
        Machine.Outcome large = one.machine.run(
                "nsenter", "-t", "" + one.pod.sandbox.pid(), "-n", "ip", "-o", "link", "show", "dev", "eth0");
        assertTrue(large.out().contains("mtu 1450"), large.out());
    }

    @Test
    void a_service_and_a_policy_hold_across_machines_and_a_machine_that_leaves_takes_its_route() {
        beyondARouter();
        Site one = new Site(1, "192.0.2.11/25", "192.0.2.1");
        Site two = new Site(2, "192.0.2.140/25", "192.0.2.129");
        route(1, "192.0.2.1/25");
        route(2, "192.0.2.129/25");
        one.withPod();
        two.withPod();
        images.service(
                        "shop",
                        "web",
                        "'clusterIP':'10.108.0.20','ports':[{'name':'http','port':80,'nodePort':30123}],'type':'NodePort'")
                .slice(
                        "shop",
                        "web",
                        "{'name':'http','protocol':'TCP','port':8080}",
                        "{'addresses':['%s']}".formatted(two.podIp));
        eventually(() -> one.pod.ask("tcp", "10.108.0.20", 80).equals("node-2 saw " + one.podIp));

        images.policy(
                "shop",
                "only",
                "{'podSelector':{'matchLabels':{'app':'node-2'}},'policyTypes':['Ingress'],'ingress':["
                        + "{'from':[{'podSelector':{'matchLabels':{'app':'friend'}}}]}]}");
        eventually(() -> one.pod.ask("tcp", "10.108.0.20", 80).startsWith("failed"));
        images.pod("shop", "node-1", "'app':'friend'", one.podIp);
        eventually(() -> one.pod.ask("tcp", "10.108.0.20", 80).startsWith("node-2"));

        images.delete("nodes", "", "node-2");
        eventually(() -> !one.machine.run("ip", "route").out().contains("10.241.2.0/24"));
    }

    @Test
    void a_restarted_process_keeps_the_tunnel_and_drops_routes_of_machines_that_left_meanwhile() {
        beyondARouter();
        Site one = new Site(1, "192.0.2.11/25", "192.0.2.1");
        Site two = new Site(2, "192.0.2.140/25", "192.0.2.129");
        route(1, "192.0.2.1/25");
        route(2, "192.0.2.129/25");
        one.withPod();
        two.withPod();
        images.put(
                "nodes",
                "",
                "node-9",
                "{'metadata':{},'spec':{'podCIDR':'10.241.9.0/24'},'status':{'addresses':[{'type':'ExternalIP','address':'192.0.2.141'}]}}");
        eventually(() -> one.machine.run("ip", "route").out().contains("10.241.9.0/24"));

        one.network.close();
        images.delete("nodes", "", "node-9");
        one.start();

        assertFalse(one.machine.run("ip", "route").out().contains("10.241.9.0/24"));
        assertEquals("node-2 saw " + one.podIp, one.pod.ask("tcp", two.podIp, PodProcess.PORT));
    }

    /** Two machines, a GRE tunnel, routes each to the other. */
    @Test
    void machines_with_open_vswitch_have_a_gre_tunnel_that_goes_with_the_machine() {
        assumeTrue(host.run("ovs-vswitchd", "--version").ok(), "skipped: needs Open vSwitch");
        underOneSwitch();
        Site one = new Site(1, "192.0.2.11/24", "", Way.OVS_GRE);
        Site two = new Site(2, "192.0.2.12/24", "", Way.OVS_GRE);
        plugIn(1);
        plugIn(2);
        one.withPod();
        two.withPod();
        String bridge = NAMES.tunnel(Way.OVS_GRE);

        eventually(() -> one.pod.ask("tcp", two.podIp, PodProcess.PORT).equals("node-2 saw " + one.podIp));
        assertEquals("node-1 saw " + two.podIp, two.pod.ask("udp", one.podIp, PodProcess.PORT));
        assertTrue(one.machine.run("ip", "route").out().contains("10.241.2.0/24 via 10.241.2.1 dev " + bridge));
        String ports = one.machine.run("ovs-vsctl", "show").out();
        assertTrue(ports.contains("type: gre") && ports.contains("remote_ip=\"192.0.2.12\""), ports);
        String link = one.machine
                .run("nsenter", "-t", "" + one.pod.sandbox.pid(), "-n", "ip", "-o", "link", "show", "dev", "eth0")
                .out();
        assertTrue(link.contains("mtu 1458"), link);

        one.network.close();
        one.start();
        assertEquals("node-2 saw " + one.podIp, one.pod.ask("tcp", two.podIp, PodProcess.PORT));

        images.delete("nodes", "", "node-2");
        eventually(
                () -> one.machine.run("ovs-vsctl", "list-ports", bridge).out().isEmpty());
        assertFalse(one.machine.run("ip", "route").out().contains("10.241.2.0/24"));
    }

    @Test
    void a_node_draws_no_traffic_but_its_own_pods() {
        underOneSwitch();
        Site one = new Site(1, "192.0.2.11/24", "");
        plugIn(1);
        String machine = "'status':{'addresses':[{'type':'ExternalIP','address':'192.0.2.66'}]}";
        for (String range : List.of("0.0.0.0/0", "10.241.0.0/16", "10.241.1.128/25", "192.0.2.0/25")) {
            images.put("nodes", "", "thief", "{'metadata':{},'spec':{'podCIDR':'" + range + "'}," + machine + "}");
        }
        images.put(
                "nodes",
                "",
                "node-3",
                "{'metadata':{'creationTimestamp':'2026-11-22T10:00:00Z'},'spec':{'podCIDR':'10.241.3.0/24'}," + machine
                        + "}");
        String later = "'status':{'addresses':[{'type':'ExternalIP','address':'192.0.2.67'}]}";
        for (String part : List.of("10.241.3.0/25", "10.241.3.128/25", "10.241.2.0/23")) {
            images.put(
                    "nodes",
                    "",
                    "later-" + part.hashCode(),
                    "{'metadata':{'creationTimestamp':'2026-11-22T11:00:00Z'},'spec':{'podCIDR':'" + part + "'},"
                            + later + "}");
        }

        eventually(() -> one.machine.run("ip", "route").out().contains("10.241.3.0/24 via 192.0.2.66"));
        assertEquals(
                1,
                one.machine
                        .run("ip", "route")
                        .out()
                        .lines()
                        .filter(line -> line.contains("192.0.2.66") || line.contains("192.0.2.67"))
                        .count());
    }

    private void beyondARouter() {
        Elsewhere router = new Elsewhere(host, namespace(ROUTER));
        assertTrue(router.write(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within thirty seconds");
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
