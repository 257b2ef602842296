package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.EmbeddedBrokerMain;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.process.ChildProcess;
import io.shiplog.docker.process.Ports;
import io.shiplog.docker.process.SmallDisk;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk of its own, small, and full. */
@Tag("fault")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DiskFullTest {
    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);
    private static final int DISK_MIB = 128;
    private static final long RESERVE_BYTES = 64L << 20;

    @TempDir
    Path parent;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(parent.resolve("disk"), DISK_MIB);
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    private static List<Event> readAll(EventLog log) {
        List<Event> all = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, all::addAll);
        return all;
    }

    @Test
    void beforeTheDiskIsFullWritesAreRefusedAndReadsGoOnUntilThereIsRoom() throws Exception {
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.in(disk.folder().resolve("kafka"), TestKeys.pki())
                .withReserveBytes(RESERVE_BYTES);
        try (EmbeddedBroker broker = EmbeddedBroker.start(config);
                KafkaCluster cluster = KafkaCluster.connect(
                        KafkaLogConfig.singleBroker(broker.access(), "full", broker::refusal), Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            List<Event> acknowledged = Drafts.append(writer, 100);
            disk.fill(RESERVE_BYTES / 2);

            String refusal = refusedUntilNoticed(writer, acknowledged);

            assertTrue(refusal.startsWith("no space left for the log"), refusal);
            assertThrows(LogUnavailableException.class, () -> log.claim("", CLAIM_LIMIT));
            assertEquals(acknowledged, readAll(log));

            disk.makeRoom();
            LogWriter again = claimWhenThereIsRoom(log);
            acknowledged.add(Drafts.append(again, "again"));
            assertEquals(acknowledged, readAll(log));
        }
    }

    /** The broker looks at its disk ten times a second: some appends may still get in. */
    private static String refusedUntilNoticed(LogWriter writer, List<Event> acknowledged) throws Exception {
        while (true) {
            try {
                acknowledged.add(Drafts.append(writer, "late"));
            } catch (ExecutionException e) {
                return String.valueOf(Objects.requireNonNull(e.getCause()).getMessage());
            }
        }
    }

    private static LogWriter claimWhenThereIsRoom(EventLog log) {
        while (true) {
            try {
                return log.claim("", CLAIM_LIMIT);
            } catch (LogUnavailableException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("no space left for the log"), e.getMessage());
            }
        }
    }

    @Test
    void aDiskThatSomebodyElseFillsStopsTheBrokerAndLosesNothing() throws Exception {
        int port = Ports.free();
        int controllerPort = Ports.free();
        KafkaLogConfig config = KafkaLogConfig.singleBroker(
                        TestKeys.access("127.0.0.1:" + port, TestKeys.folder()), "full", Optional::empty)
                .withDeliveryTimeout(Duration.ofSeconds(5));
        ChildProcess broker = startBroker(port, controllerPort);
        List<Event> acknowledged;
        try (broker;
                KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            acknowledged = Drafts.append(writer, 100);
            disk.fill(0);

            ExecutionException refused = assertThrows(ExecutionException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    long revision = writer.lastRevision() + 1;
                    acknowledged.add(writer.append(Drafts.configMap(revision, "big", 100_000))
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS));
                }
            });
            assertTrue(refused.getCause() instanceof LogUnavailableException, String.valueOf(refused.getCause()));
            assertFalse(writer.alive());
        }

        disk.makeRoom();
        try (ChildProcess again = startBroker(port, controllerPort);
                KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            assertTrue(again.isAlive());
            List<Event> all = readAll(log);
            assertEquals(acknowledged, all.subList(0, acknowledged.size()));
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            assertEquals(all.size() + 1, Drafts.append(writer, "again").revision());
        }
    }

    private ChildProcess startBroker(int port, int controllerPort) throws InterruptedException {
        ChildProcess started = ChildProcess.start(
                EmbeddedBrokerMain.class,
                List.of(
                        disk.folder().resolve("kafka").toString(),
                        TestKeys.folder(),
                        "127.0.0.1",
                        Integer.toString(port),
                        Integer.toString(controllerPort)));
        started.awaitLine("READY");
        return started;
    }
}
