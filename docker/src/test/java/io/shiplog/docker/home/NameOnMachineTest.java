package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameOnMachineTest {
    private final String cluster = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final ShiplogHome mine = new ShiplogHome(Path.of("/home/me/.shiplog"));
    private final ShiplogHome yours = new ShiplogHome(Path.of("/home/you/.shiplog"));

    @Test
    void aNameInUseIsRefusedAndTheMessageSaysWhereAndWhatToDo() {
        try (NameOnMachine _ = NameOnMachine.take(cluster, mine)) {
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> NameOnMachine.take(cluster, yours));

            assertEquals(
                    "the cluster '" + cluster
                            + "' of /home/me/.shiplog is running on this machine: a second cluster needs "
                            + "another name, --cluster NAME, and other networks, --pod-cidr and --service-cidr",
                    refused.getMessage());
        }
    }

    @Test
    void aNameThatWasGivenBackIsFree() {
        NameOnMachine.take(cluster, mine).close();

        assertDoesNotThrow(() -> NameOnMachine.take(cluster, yours).close());
    }

    @Test
    void aLinkInTheLocksPlaceIsNotFollowed(@TempDir Path folder) throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path lock = Path.of(System.getProperty("java.io.tmpdir"), "shiplog-" + cluster + ".lock");
        Files.createSymbolicLink(lock, victim);
        try {
            NameOnMachine.take(cluster, mine).close();

            assertEquals("precious", Files.readString(victim));
        } finally {
            Files.delete(lock);
        }
    }

    @Test
    void clustersOfDifferentNamesDoNotMind() {
        try (NameOnMachine _ = NameOnMachine.take(cluster, mine);
                NameOnMachine _ = NameOnMachine.take(cluster + "b", yours)) {
            assertThrows(IllegalStateException.class, () -> NameOnMachine.take(cluster + "b", mine));
        }
    }
}
