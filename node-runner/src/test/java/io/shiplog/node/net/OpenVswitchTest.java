package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machines.PeerRoutes;
import io.shiplog.node.net.machines.Uplink;
import io.shiplog.node.net.machines.Way;
import io.shiplog.node.net.services.ScriptedImages;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A machine where Open vSwitch is missing, stopped, or has no datapath: the start says what to do. */
class OpenVswitchTest {
    private static final PeerRoutes.Ground GROUND = new PeerRoutes.Ground(
            new Uplink(Ipv4.of("192.0.2.11"), Ipv4Range.of("192.0.2.0/24"), "eth0", 1500, Way.OVS_GRE),
            Ipv4Range.of("10.244.0.0/16"),
            Set.of(Ipv4Range.of("10.244.1.0/24")),
            Ipv4.of("10.244.1.1"),
            "sltesto",
            "io.shiplog.cluster=test tunnel",
            7);

    private final ScriptedMachine machine = new ScriptedMachine();
    private final ScriptedImages images = new ScriptedImages()
            .put(
                    "nodes",
                    "",
                    "node-2",
                    "{'metadata':{},'spec':{'podCIDR':'10.244.2.0/24'},'status':{'addresses':[{'type':'ExternalIP','address':'192.0.2.12'}]}}");

    private String refusal() {
        return String.valueOf(assertThrows(IllegalStateException.class, () -> PeerRoutes.start(machine, images, GROUND))
                .getMessage());
    }

    @Test
    void a_missing_package_is_named() {
        machine.fails("ovs-vsctl", 127, "ovs-vsctl: command not found");
        assertEquals("Open vSwitch is missing (Debian: apt install openvswitch-switch)", refusal());
    }

    @Test
    void a_switch_that_is_not_running_is_named() {
        machine.fails("ovs-vsctl --timeout=10 show", 1, "ovs-vsctl: unix:/x/db.sock: database connection failed");
        assertEquals(
                "Open vSwitch does not answer: ovs-vsctl: unix:/x/db.sock: database connection failed"
                        + " (Debian: systemctl start openvswitch-switch)",
                refusal());
    }

    /** ovs-vsctl ends well although the switch could not make the bridge. */
    @Test
    void a_kernel_without_the_module_is_told_what_to_load_or_to_build() {
        machine.fails("ip", 1, "Cannot find device \"sltesto\"");
        String said = refusal();
        assertTrue(said.contains("modprobe openvswitch") && said.contains("datapath_type=netdev"), said);
    }

    @Test
    void a_peer_has_a_port_two_flows_and_a_route() {
        try (PeerRoutes routes = PeerRoutes.start(machine, images, GROUND)) {
            String said = String.join("\n", machine.commands);
            assertTrue(said.contains("datapath_type=system"), said);
            assertTrue(
                    said.contains(
                            "--may-exist add-port sltesto sltestgc000020c -- set interface sltestgc000020c type=gre"
                                    + " options:remote_ip=192.0.2.12 options:local_ip=192.0.2.11 options:key=7"),
                    said);
            assertTrue(said.contains("in_port=LOCAL,dl_dst=0a:59:c0:00:02:0c,actions=output:sltestgc000020c"), said);
            assertTrue(said.contains("route replace 10.244.2.0/24 via 10.244.2.1 dev sltesto onlink"), said);
        }
    }
}
