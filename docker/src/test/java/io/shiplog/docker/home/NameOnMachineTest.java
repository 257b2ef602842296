package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NameOnMachineTest {
    private final String cluster = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final ShiplogHome mine = new ShiplogHome(Path.of("/home/me/.shiplog"));
    private final ShiplogHome yours = new ShiplogHome(Path.of("/home/you/.shiplog"));

    @Test
    void aNameInUseIsRefusedAndTheMessageSaysWhereAndWhatToDo() throws IOException {
        try (NameOnMachine _ = NameOnMachine.take(cluster, mine)) {
            assertEquals(Optional.of("/home/me/.shiplog"), NameOnMachine.holder(cluster));

            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> NameOnMachine.take(cluster, yours));

            assertEquals(
                    "the cluster '" + cluster
                            + "' of /home/me/.shiplog runs on this machine: a second one needs another name, "
                            + "--cluster NAME, and networks of its own, --pod-cidr and --service-cidr",
                    refused.getMessage());
        }
    }

    @Test
    void aNameThatWasGivenBackIsFree() throws IOException {
        NameOnMachine.take(cluster, mine).close();

        assertEquals(Optional.empty(), NameOnMachine.holder(cluster));
        NameOnMachine.take(cluster, yours).close();
    }

    @Test
    void clustersOfDifferentNamesDoNotMind() throws IOException {
        try (NameOnMachine _ = NameOnMachine.take(cluster, mine);
                NameOnMachine _ = NameOnMachine.take(cluster + "b", yours)) {
            assertEquals(Optional.of("/home/you/.shiplog"), NameOnMachine.holder(cluster + "b"));
        }
    }
}
