package io.shiplog.node.net.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel takes every change, and holds the same after it as after a rewrite. In a network namespace; needs root on Linux. */
@Tag("network")
class PolicyKernelTest {
    private static final String NAMESPACE = "shiplog-policy-test";
    private static final PolicyTable TABLE = new PolicyTable("changed", Ipv4.of("10.96.0.10"), "slv");
    private static final PolicyTable REWRITTEN = new PolicyTable("rewritten", Ipv4.of("10.96.0.10"), "slv");
    private final Machine machine = new LinuxMachine();

    @BeforeEach
    void namespace() {
        assumeTrue(machine.run("ip", "netns", "add", NAMESPACE).ok(), "skipped: needs root and the ip command");
        assumeTrue(nft("-f", "-", "").ok(), "skipped: needs the nft command");
    }

    @AfterEach
    void removeNamespace() {
        machine.run("ip", "netns", "del", NAMESPACE);
    }

    private Outcome nft(String option, String argument, String input) {
        return machine.run(List.of("ip", "netns", "exec", NAMESPACE, "nft", option, argument), input);
    }

    @Test
    void a_change_leaves_what_a_rewrite_leaves() {
        long seed = System.nanoTime();
        System.out.println("PolicyKernelTest seed " + seed);
        RandomPolicies random = new RandomPolicies(new Random(seed));
        PolicyPlan plan = PolicyPlan.empty(RandomPolicies.GROUND);
        assertEquals("", nft("-f", "-", TABLE.empty()).err());
        for (int i = 0; i < 60; i++) {
            random.change();
            PolicyPlan next = plan.next(random.images().current(), random.attached());
            assertEquals(
                    "", nft("-f", "-", TABLE.change(plan.rules(), next.rules())).err());
            plan = next;
            assertEquals(
                    PolicyPlan.empty(RandomPolicies.GROUND)
                            .next(random.images().current(), random.attached())
                            .rules(),
                    plan.rules());
        }
        assertEquals("", nft("-f", "-", REWRITTEN.full(plan.rules())).err());
        assertEquals(content(REWRITTEN), content(TABLE));
    }

    /** The words of the table's listing: the kernel lists elements in an order of its own. */
    private List<String> content(PolicyTable table) {
        String listing = machine.run("ip", "netns", "exec", NAMESPACE, "nft", "list", "table", "ip", table.name())
                .out();
        return Arrays.stream(listing.replace(table.name(), "").split("[\\s,{}]+"))
                .sorted()
                .toList();
    }
}
