package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaPortTest {
    @TempDir
    private Path folder;

    private int choose(long seed) throws IOException {
        return KafkaPort.choose(new ShiplogHome(folder), new Random(seed));
    }

    @Test
    void theFirstPortIsKept() throws IOException {
        int first = choose(1);

        assertTrue(first >= 20_000 && first < 32_768, "not one of outgoing connections: " + first);
        assertEquals(first, choose(2));
    }

    @Test
    void onePortThatWasNamedIsKept() throws IOException {
        KafkaPort.remember(new ShiplogHome(folder), 29_876);

        assertEquals(29_876, choose(1));
    }

    @Test
    void whenThePortIsTakenAnotherIsChosenAndKept() throws IOException {
        int first = choose(1);
        assertEquals(Optional.of(first), KafkaPort.last(new ShiplogHome(folder)));
        int second;
        try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            second = choose(3);
            assertNotEquals(taken.getLocalPort(), second);
        }

        assertEquals(second, choose(4));
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(folder.resolve("kafka.port"), "soon");

        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> choose(1));

        assertTrue(String.valueOf(refused.getMessage()).contains("kafka.port"));
    }
}
