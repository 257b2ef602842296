package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The three rules in the machine's own filter, and the removal of everything. */
class ForwardingRulesTest {
    private static final LinkNames NAMES = new LinkNames("shop");
    private static final String P = NAMES.prefix();
    private static final String DOCKERS = "-A FORWARD -j DOCKER-USER\n-A FORWARD -i docker0 -j ACCEPT\n";
    private static final String OURS = """
            -A INPUT -i %1$sv+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
            -A FORWARD -o %1$s+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
            -A FORWARD -i %1$s+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
            """.formatted(P);
    private static final String NEIGHBOURS =
            "-A FORWARD -i slxxxx+ -m comment --comment \"io.shiplog.cluster=shop-two\" -j ACCEPT\n";

    private final ScriptedMachine machine = new ScriptedMachine();
    private final ForwardingRules rules = new ForwardingRules(machine, NAMES);

    private String restored() {
        return machine.commands.stream()
                .filter(command -> command.startsWith("iptables-restore"))
                .findFirst()
                .orElse("");
    }

    @Test
    void missing_rules_are_put_first_in_one_transaction_that_flushes_nothing() {
        machine.says("iptables-save", "*filter\n" + DOCKERS + "COMMIT\n");
        assertEquals("", rules.ensure());
        assertEquals("""
                iptables-restore -w 5 --noflush < *filter
                -I FORWARD 1 -i %1$s+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
                -I FORWARD 1 -o %1$s+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
                -I INPUT 1 -i %1$sv+ -m comment --comment "io.shiplog.cluster=shop" -j ACCEPT
                COMMIT""".formatted(P), restored());
    }

    @Test
    void rules_that_are_there_are_left_alone() {
        machine.says("iptables-save", "*filter\n" + OURS + DOCKERS + "COMMIT\n");
        assertEquals("", rules.ensure());
        assertEquals("", restored());
    }

    @Test
    void a_machine_without_iptables_needs_none() {
        machine.fails("iptables-save", 127, "");
        assertEquals("", rules.ensure());
        assertEquals("", rules.remove());
        assertEquals("", restored());
    }

    @Test
    void a_refusal_is_handed_on() {
        machine.fails("iptables-restore", 4, "Another app is currently holding the xtables lock.");
        assertEquals("iptables-restore: Another app is currently holding the xtables lock.", rules.ensure());
    }

    @Test
    void removal_takes_this_clusters_rules_and_nobody_elses() {
        machine.says("iptables-save", "*filter\n" + OURS + NEIGHBOURS + DOCKERS + "COMMIT\n");
        assertEquals("", rules.remove());
        assertTrue(restored().contains("-D INPUT -i " + P + "v+ "));
        assertTrue(restored().contains("-D FORWARD -o " + P + "+ "));
        assertFalse(restored().contains("shop-two"));
        assertFalse(restored().contains("docker0"));
    }

    private static String links(String details) {
        return "[{\"ifname\":\"eth0\"},{\"ifname\":\"%s\",\"ifalias\":\"%s\"},{\"ifname\":\"%s\",\"ifalias\":\"io.shiplog.cluster=other\"}]"
                .formatted(NAMES.nameServer(), NAMES.alias(details), P + "v0af40102");
    }

    @Test
    void everything_that_is_ours_goes_and_forwarding_is_off_again_if_nobody_needs_it() {
        machine.says("ip -j link show", links("forwarding=off"))
                .says("nft list tables ip", "table ip nat\ntable ip shiplog-shop\ntable ip shiplog-shop-two\n");
        List<String> left = new NetworkRemoval(machine, NAMES).run();
        assertTrue(machine.commands.contains("ip -force -batch - < link del " + NAMES.nameServer()));
        assertTrue(machine.commands.contains("nft delete table ip shiplog-shop"));
        assertEquals("0", machine.written.get("/proc/sys/net/ipv4/ip_forward"));
        // The scripted kernel keeps its interface: that is said, not hidden.
        assertEquals(List.of("interface " + NAMES.nameServer() + " could not be removed"), left);
    }

    @Test
    void forwarding_stays_on_where_docker_or_another_cluster_is() {
        machine.says("ip -j link show", links("forwarding=off"));
        machine.interfaces.add("docker0");
        new NetworkRemoval(machine, NAMES).run();
        assertEquals(null, machine.written.get("/proc/sys/net/ipv4/ip_forward"));
    }

    @Test
    void forwarding_that_was_on_before_stays_on() {
        machine.says("ip -j link show", links(""));
        new NetworkRemoval(machine, NAMES).run();
        assertEquals(null, machine.written.get("/proc/sys/net/ipv4/ip_forward"));
    }

    @Test
    void a_machine_on_which_nothing_ever_ran_has_nothing_to_remove() {
        machine.fails("ip", 127, "").fails("nft", 127, "").fails("iptables-save", 127, "");
        assertEquals(List.of(), new NetworkRemoval(machine, NAMES).run());
    }
}
