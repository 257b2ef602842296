package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel takes every script that we write. In a network namespace of its own for each command; needs root on Linux. */
@Tag("network")
class NftKernelTest {
    private static final NftTable TABLE = NftTableTest.table("shiplog-kernel-test");
    private static final String NAMESPACE = "shiplog-kernel-test";
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
        assertEquals("", nft(TABLE.full(current)).err());
        assertEquals("", nft(TABLE.remove() + TABLE.remove()).err());
    }
}
