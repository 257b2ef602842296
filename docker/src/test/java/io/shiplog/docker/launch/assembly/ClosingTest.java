package io.shiplog.docker.launch.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.docker.process.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ClosingTest {
    /** What a process gives back that SIGTERM ended. */
    private static final int TERMINATED = 128 + 15;

    private static final int HALTED = 3;

    @Test
    void whatWasStartedLastIsClosedFirst() {
        List<String> closed = new ArrayList<>();
        Closing parts = new Closing();
        parts.with(() -> closed.add("broker"));
        parts.with(() -> closed.add("gateway"));

        parts.close();

        assertEquals(List.of("gateway", "broker"), closed);
    }

    @Test
    void aPartThatFailsToCloseKeepsNoOtherOpen() {
        List<String> closed = new ArrayList<>();
        Closing parts = new Closing();
        parts.with(() -> closed.add("broker"));
        parts.with(() -> {
            throw new IllegalStateException("stuck");
        });

        parts.close();

        assertEquals(List.of("broker"), closed);
    }

    @Test
    void aProcessThatIsToldToStopClosesItsParts() throws Exception {
        try (ChildProcess process = ChildProcess.start(Parts.class, List.of("willing"))) {
            process.awaitLine("STARTED");

            process.terminate();

            process.awaitLine("THEN");
            assertEquals(TERMINATED, process.exitValue());
            assertEquals(List.of("STARTED", "CLOSED second", "CLOSED first", "THEN"), process.lines());
        }
    }

    @Test
    void aProcessWhosePartNeverClosesIsGoneAllTheSame() throws Exception {
        try (ChildProcess process = ChildProcess.start(Parts.class, List.of("stuck"))) {
            process.awaitLine("STARTED");

            process.terminate();

            process.awaitLine("THEN");
            assertEquals(HALTED, process.exitValue());
            assertEquals(List.of("STARTED", "THEN"), process.lines());
        }
    }

    /** A process of two parts, of which the second may be stuck, as one is that waits for a broker that is gone. */
    static final class Parts {
        private Parts() {}

        public static void main(String[] args) throws InterruptedException {
            Closing parts = new Closing(Duration.ofSeconds(args[0].equals("stuck") ? 1 : 60));
            parts.with(() -> System.out.println("CLOSED first"));
            parts.with(() -> {
                if (args[0].equals("stuck")) {
                    new CountDownLatch(1).await();
                }
                System.out.println("CLOSED second");
            });
            parts.onShutdown(() -> System.out.println("THEN"));
            System.out.println("STARTED");
            new CountDownLatch(1).await();
        }
    }
}
