package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBrokerMain;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.process.ChildProcess;
import io.shiplog.docker.process.Ports;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Collected;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes are killed and paused; whatever happens, no acknowledged event is lost, none is acknowledged as two different ones,
 * and all readers agree.
 */
@Tag("fault")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LogFaultTest {
    private static final String CLUSTER = "fault";
    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private int port;
    private int controllerPort;
    private ChildProcess broker;
    private KafkaCluster cluster;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        port = Ports.free();
        controllerPort = Ports.free();
        broker = startBroker();
        cluster = KafkaCluster.connect(
                KafkaLogConfig.singleBroker(
                        TestKeys.access("127.0.0.1:" + port, TestKeys.folder()), CLUSTER, Optional::empty),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        cluster.close();
        broker.close();
    }

    private ChildProcess startBroker() throws InterruptedException {
        ChildProcess started = ChildProcess.start(
                EmbeddedBrokerMain.class,
                List.of(
                        directory.toString(),
                        TestKeys.folder(),
                        "127.0.0.1",
                        Integer.toString(port),
                        Integer.toString(controllerPort)));
        started.awaitLine("READY");
        return started;
    }

    private EventLog open() {
        EventLog log = cluster.open(ShardConfig.events());
        opened.addFirst(log);
        return log;
    }

    private ChildProcess startWriter(String name) throws InterruptedException {
        ChildProcess writer =
                ChildProcess.start(WriterMain.class, List.of("127.0.0.1:" + port, TestKeys.folder(), CLUSTER, name));
        opened.addFirst(writer);
        return writer;
    }

    private static void awaitAcks(ChildProcess writer, int count) throws InterruptedException {
        writer.await(
                count + " acknowledgements",
                lines -> lines.stream().filter(line -> line.startsWith("ACK ")).count() >= count);
    }

    @Test
    void aBrokerThatIsKilledAndRestartedUnderLoadLosesNothing() throws Exception {
        EventLog log = open();
        Collected tail = new Collected();
        log.tail(0, tail);
        Load load = new Load(log);
        Thread appending = Thread.ofPlatform().start(load);

        for (int kill = 1; kill <= 2; kill++) {
            load.awaitAcks(200 * kill);
            broker.kill();
            broker = startBroker();
        }
        load.awaitAcks(load.acked.size() + 200);
        load.stop.set(true);
        appending.join(Duration.ofSeconds(60));

        assertFalse(appending.isAlive());
        assertNull(load.twice);
        assertAcknowledgedAreInTheLog(load.acked, log);
        tail.until(log.end().toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertAllReadersAgree(tail.events(), log);
    }

    @Test
    void aWriterThatIsKilledBetweenAppendAndReadBackLosesNothingThatItAcknowledged() throws Exception {
        ChildProcess former = startWriter("former");
        awaitAcks(former, 500);

        former.kill(); // 64 appends are underway at any time
        EventLog log = open();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        List<Event> added = Drafts.append(writer, 20);

        assertEquals(2, writer.epoch());
        assertAcknowledgedAreInTheLog(acknowledged(former), log);
        assertEquals(writer.lastRevision(), added.getLast().revision());
        assertAllReadersAgree(readAll(log), log);
    }

    @Test
    void aStaleWriterThatWakesUpAcknowledgesNothingAndServesNoStaleEnd() throws Exception {
        ChildProcess stale = startWriter("stale");
        awaitAcks(stale, 300);
        EventLog log = open();

        stale.pause();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 50);
        long newest = writer.lastRevision();
        long acknowledgedAt = System.currentTimeMillis();
        stale.resume();
        stale.awaitLine("DEAD");

        assertTrue(
                stale.lines("DEAD").getFirst().contains("superseded"),
                stale.lines("DEAD").toString());
        assertEquals(0, stale.exitValue());
        Drafts.append(writer, 20);
        assertAcknowledgedAreInTheLog(acknowledged(stale), log);
        assertAllReadersAgree(readAll(log), log);
        int asked = 0;
        for (String end : stale.lines("END")) {
            String[] parts = end.split(" ");
            if (Long.parseLong(parts[0]) > acknowledgedAt) {
                asked++;
                assertTrue(Long.parseLong(parts[1]) >= newest, "a stale end: " + end + ", acknowledged " + newest);
            }
        }
        assertTrue(asked > 0, "the stale writer was never asked for the end");
    }

    /** Name of the object to its revision; fails if one was acknowledged twice. */
    private static Map<String, Long> acknowledged(ChildProcess writer) {
        Map<String, Long> acked = new ConcurrentHashMap<>();
        for (String ack : writer.lines("ACK")) {
            String[] parts = ack.split(" ");
            if (parts.length == 2) { // the last line of a killed process may be cut
                assertNull(acked.put(parts[1], Long.parseLong(parts[0])), "acknowledged twice: " + ack);
            }
        }
        return acked;
    }

    private static List<Event> readAll(EventLog log) {
        List<Event> all = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, all::addAll);
        return all;
    }

    private static void assertAcknowledgedAreInTheLog(Map<String, Long> acknowledged, EventLog log) {
        List<Event> all = readAll(log);
        acknowledged.forEach((name, revision) -> {
            assertTrue(revision <= all.size(), "lost: revision " + revision + " of " + name);
            assertEquals(name, all.get((int) (revision - 1)).key().name(), "revision " + revision);
        });
    }

    private void assertAllReadersAgree(List<Event> seen, EventLog log) {
        EventLog fresh = open();
        List<Event> again = readAll(fresh);
        assertEquals(seen, again);
        assertEquals(seen, readAll(log));
        String chain = Chain.START;
        for (int i = 0; i < again.size(); i++) {
            Event event = again.get(i);
            assertEquals(i + 1L, event.revision());
            chain = Chain.next(chain, event.shard(), event.epoch(), event.draft());
            assertEquals(chain, event.chain(), "the chain breaks at " + event.id());
        }
    }

    /** Appends like a command side: claims, appends several at once, claims again after a failure. */
    private static final class Load implements Runnable {
        private static final int AT_ONCE = 32;

        private final EventLog log;
        private final ConcurrentMap<String, Long> acked = new ConcurrentHashMap<>();
        private final AtomicBoolean stop = new AtomicBoolean();
        private volatile @Nullable String twice;
        private int objects;

        Load(EventLog log) {
            this.log = log;
        }

        @Override
        public void run() {
            while (!stop.get()) {
                try {
                    append(log.claim("", CLAIM_LIMIT));
                } catch (EventLog.LogUnavailableException e) {
                    // The broker is being restarted: try again, as a command side does.
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private void append(LogWriter writer) throws InterruptedException {
            Semaphore room = new Semaphore(AT_ONCE);
            while (!stop.get() && writer.alive()) {
                room.acquire();
                String name = "object-" + ++objects;
                var unused = writer.append(Drafts.configMap(writer.lastRevision() + 1, name))
                        .whenComplete((event, failure) -> {
                            if (failure == null && acked.put(name, event.revision()) != null) {
                                twice = name;
                            }
                            answered();
                            room.release();
                        });
            }
            room.acquire(AT_ONCE);
        }

        private synchronized void answered() {
            notifyAll();
        }

        synchronized void awaitAcks(int count) throws InterruptedException {
            long deadline = System.currentTimeMillis() + 60_000;
            while (acked.size() < count) {
                long left = deadline - System.currentTimeMillis();
                if (left <= 0) {
                    throw new AssertionError("only %d of %d appends were answered".formatted(acked.size(), count));
                }
                wait(left);
            }
        }
    }
}
