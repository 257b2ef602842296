package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Why a machine cannot carry the network, and what configurations are none. */
class PreflightTest {
    private static final NodeNetworkConfig CONFIG =
            config("10.244.0.0/16", "10.96.0.0/12", "10.96.0.10", "10.244.1.0/24");
    private static final String ROUTES = "ip -j -4 route show";
    private final ScriptedMachine machine = new ScriptedMachine();

    private static NodeNetworkConfig config(String pods, String services, String nameServer, String node) {
        return new NodeNetworkConfig(
                "shop",
                Ipv4Range.of(pods),
                Ipv4Range.of(services),
                Ipv4.of(nameServer),
                new TreeMap<>(Map.of("one", Ipv4Range.of(node))));
    }

    private List<String> reasons() {
        return NodeNetwork.preflight(CONFIG, machine).sentences();
    }

    @Test
    void a_linux_machine_with_root_and_commands_will_do() {
        assertEquals(List.of(), reasons());
        assertTrue(machine.commands.stream().noneMatch(command -> command.contains("nft -f")), "nothing is changed");
    }

    @Test
    void another_system_will_not() {
        machine.file("/proc/sys/kernel/ostype", "");
        assertEquals(List.of("the pod network needs Linux"), reasons());
    }

    @Test
    void a_user_without_the_capabilities_is_told_which() {
        machine.file("/proc/self/status", "CapEff:\t0000000000000000");
        assertEquals(List.of("the pod network needs root (capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN)"), reasons());
        machine.file("/proc/self/status", "CapEff:\t0000000000001000");
        assertEquals(1, reasons().size());
        machine.file("/proc/self/status", "CapEff:\t0000000000201000");
        assertEquals(0, reasons().size());
    }

    @Test
    void each_missing_command_is_named_with_its_package() {
        machine.fails("nft", 127, "").fails("nsenter", 127, "");
        assertEquals(
                List.of(
                        "the command nft is missing (Debian: apt install nftables)",
                        "the command nsenter is missing (Debian: apt install util-linux)"),
                reasons());
    }

    @Test
    void a_kernel_without_nftables_maps_is_found_out_before_anything_is_made() {
        machine.fails("nft --check -f -", 1, "Error: Could not process rule: Operation not supported\nmore");
        assertEquals(
                List.of("the kernel or nft does not support the pod network's rules: "
                        + "Error: Could not process rule: Operation not supported"),
                reasons());
    }

    @Test
    void ranges_that_somebody_else_uses_are_named() {
        machine.says(ROUTES, "[{\"dst\":\"default\",\"dev\":\"eth0\"},{\"dst\":\"10.244.0.0/24\",\"dev\":\"cni0\"}]");
        assertEquals(
                List.of("the range 10.244.0.0/16 is in use on this machine (route 10.244.0.0/24 dev cni0)"), reasons());
        assertEquals(
                List.of(new Obstacles.Collision(Ipv4Range.of("10.244.0.0/16"), Ipv4Range.of("10.244.0.0/24"), "cni0")),
                NodeNetwork.preflight(CONFIG, machine).collisions());
    }

    @Test
    void our_own_routes_and_wider_ones_do_not_matter() {
        String own = new LinkNames("shop").bridge(Ipv4Range.of("10.244.1.0/24"));
        machine.says(
                ROUTES,
                "[{\"dst\":\"10.0.0.0/8\",\"dev\":\"tun0\"},{\"dst\":\"10.244.1.0/24\",\"dev\":\"" + own
                        + "\"},{\"dst\":\"10.244.1.7\",\"dev\":\"" + own
                        + "\"},{\"dst\":\"192.0.2.1\",\"dev\":\"eth0\"}]");
        assertEquals(List.of(), reasons());
    }

    @Test
    void a_start_is_refused_with_all_the_reasons() {
        machine.fails("nft", 127, "").fails("ip", 127, "");
        ScriptedImages images = new ScriptedImages();
        ServicesWatch services = new ServicesWatch(images);
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> NodeNetwork.start(CONFIG, images, services, machine));
        assertTrue(String.valueOf(refusal.getMessage()).contains("iproute2"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("nftables"));
    }

    @Test
    void configurations_that_cannot_work_are_none() {
        assertThrows(
                IllegalArgumentException.class,
                () -> config("10.96.0.0/16", "10.96.0.0/12", "10.96.0.10", "10.96.1.0/24"));
        assertThrows(
                IllegalArgumentException.class,
                () -> config("10.244.0.0/16", "10.96.0.0/12", "10.1.0.10", "10.244.1.0/24"));
        assertThrows(
                IllegalArgumentException.class,
                () -> config("10.244.0.0/16", "10.96.0.0/12", "10.96.0.10", "10.245.1.0/24"));
        assertThrows(
                IllegalArgumentException.class,
                () -> config("10.244.0.0/16", "10.96.0.0/12", "10.96.0.10", "10.244.1.0/31"));
    }
}
