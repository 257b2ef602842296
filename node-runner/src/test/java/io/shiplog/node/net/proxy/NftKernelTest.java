package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel takes every script that we write. In a network namespace of its own for each command; needs root on Linux. */
@Tag("network")
class NftKernelTest {
    private static final NftTable TABLE = NftTableTest.table("shiplog-kernel-test");
    private static final String NAMESPACE = "shiplog-kernel-test";
    /** The line before a rule's instructions: family, table, chain, numbers. */
    private static final Pattern RULE =
            Pattern.compile("ip " + Pattern.quote(TABLE.name()) + " ([A-Za-z][A-Za-z0-9]*)( [0-9]+)+");

    private final Machine machine = new LinuxMachine();

    @BeforeEach
    void namespace() {
        assumeTrue(machine.run("ip", "netns", "add", NAMESPACE).ok(), "skipped: needs root and the ip command");
        assumeTrue(nft("").ok(), "skipped: needs the nft command");
    }

    @AfterEach
    void removeNamespace() {
        machine.run("ip", "netns", "del", NAMESPACE);
    }

    private Outcome nft(String script) {
        return machine.run(List.of("ip", "netns", "exec", NAMESPACE, "nft", "-f", "-"), script);
    }

    @Test
    void every_change_is_taken_by_the_kernel() {
        long seed = System.nanoTime();
        System.out.println("NftKernelTest seed " + seed);
        Random random = new Random(seed);
        ProxyRules current = ProxyRules.NONE;
        assertEquals("", nft(TABLE.full(current)).err());
        for (int i = 0; i < 30; i++) {
            ProxyRules next = NftTableTest.randomRules(random);
            assertEquals("", nft(TABLE.change(current, next)).err());
            current = next;
        }
        Map<String, String> changed = chains();
        assertEquals("", nft(TABLE.full(current)).err());
        chains().forEach((chain, rules) -> assertEquals(rules, changed.get(chain), "as a rewrite leaves it: " + chain));
        assertEquals("", nft(TABLE.remove() + TABLE.remove()).err());
    }

    /** What the kernel runs for each chain, in its own instructions: nft may read less out of a rule than is written. */
    private Map<String, String> chains() {
        String listing = machine.run(
                        "ip", "netns", "exec", NAMESPACE, "nft", "--debug=netlink", "list", "table", "ip", TABLE.name())
                .out();
        Map<String, String> chains = new TreeMap<>();
        String chain = "";
        for (String line : listing.lines().toList()) {
            Matcher rule = RULE.matcher(line);
            if (rule.matches()) {
                chain = rule.group(1);
            } else if (line.startsWith("  [") && !chain.isEmpty()) {
                chains.merge(chain, line.strip(), (before, more) -> before + "\n" + more);
            } else {
                chain = "";
            }
        }
        return chains;
    }
}
