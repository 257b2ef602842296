package io.shiplog.docker.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Collected;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that may write to the broker, and knows the whole log, but does not have {@code log.key}: it cannot create an event
 * that a reader accepts, take the log from a writer, or block readers.
 */
class ForgedLogTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ShardConfig EVENTS = ShardConfig.events();

    @TempDir
    static Path directory;

    @TempDir
    Path home;

    private static EmbeddedBroker broker;

    private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private KafkaLogConfig plain() {
        return KafkaLogConfig.singleBroker(broker.access(), name, broker::refusal);
    }

    private LogKeys keys() {
        return new LogKeys(home.resolve("log.key"));
    }

    private KafkaCluster ours() {
        return connect(keys().openOrMake(plain()));
    }

    private static KafkaCluster connect(KafkaLogConfig config) {
        return KafkaCluster.connect(config, Clock.systemUTC());
    }

    private static List<Long> revisions(EventLog log) {
        List<Long> revisions = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, batch -> batch.forEach(event -> revisions.add(event.revision())));
        return revisions;
    }

    /** The intruder's own copy of Shiplog, without the key. */
    private void forge(List<Event> events) {
        try (KafkaCluster intruder = connect(plain());
                LogCopy copy = intruder.copy(EVENTS)) {
            copy.write(events);
            copy.flush();
        }
    }

    private void junk(int records) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(name + ".events", ("junk " + i).getBytes(UTF_8)));
            }
            producer.flush();
        }
    }

    @Test
    void aForgedEventIsVoidAndTheWriterContinues() throws Exception {
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            // given
            Collected tail = new Collected();
            log.tail(0, tail);
            LogWriter writer = log.claim("", LIMIT);
            Event last = Drafts.append(writer, 3).getLast();
            // when: the next event, with the right epoch, revision and link
            var draft = Drafts.configMap(4, "forged");
            forge(List.of(draft.inLog("events", 1, Chain.next(last.chain(), "events", 1, draft))));
            Event next = Drafts.append(writer, "ours");

            // then
            assertEquals(4, next.revision());
            tail.until(4);
            assertEquals(List.of(1L, 2L, 3L, 4L), tail.revisions());
            assertEquals("ours", read(log, 4).key().name());
            assertEquals(1, log.rejected());
        }
    }

    private static Event read(EventLog log, long revision) {
        List<Event> events = new ArrayList<>();
        log.read(revision - 1, revision, events::addAll);
        return events.getFirst();
    }

    @Test
    void aForgedClaimDoesNotTakeTheLog() throws Exception {
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            LogWriter writer = log.claim("10.0.0.1:7443", LIMIT);
            Drafts.append(writer, 3);

            // when a client without the key claims, and appends
            try (KafkaCluster intruder = connect(plain());
                    EventLog theirs = intruder.open(EVENTS)) {
                Drafts.append(theirs.claim("evil:1", LIMIT), 2);
            }
            Drafts.append(writer, "ours");

            assertTrue(writer.alive());
            assertEquals("10.0.0.1:7443", log.newestClaim().orElseThrow().address());
            assertEquals(List.of(1L, 2L, 3L, 4L), revisions(log));
        }
    }

    @Test
    void moreJunkThanAWindowDoesNotBlockReaders() throws Exception {
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            Drafts.append(log.claim("10.0.0.1:7443", LIMIT), 10);
        }
        junk(10_000);

        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            assertEquals(10, revisions(log).size());
            Drafts.append(log.claim("", LIMIT), "next");
            assertEquals(11, revisions(log).size());
        }
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            assertEquals(11, log.end().toCompletableFuture().join());
        }
    }

    @Test
    void aForgedRecordBesideTheLogIsPassedOver() {
        KafkaLogConfig config = keys().openOrMake(plain());
        KafkaKeyStore.open(config).write(List.of(new KeyRecord.InForce("ours")));
        KafkaKeyStore.open(plain()).write(List.of(new KeyRecord.InForce("forged")));

        List<KeyRecord> read = new ArrayList<>();
        KafkaKeyStore.open(config).read(0, read::add);

        assertEquals(List.of(new KeyRecord.InForce("ours")), read);
    }

    @Test
    void aLogFromBeforeTheKeyStaysReadableAndIsClosedFromThenOn() throws Exception {
        try (KafkaCluster before = connect(plain());
                EventLog log = before.open(EVENTS)) {
            Drafts.append(log.claim("", LIMIT), 5);
        }
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            Event last = Drafts.append(log.claim("", LIMIT), "first with a code");
            var draft = Drafts.configMap(7, "forged");
            forge(List.of(draft.inLog("events", 2, Chain.next(last.chain(), "events", 2, draft))));
        }

        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), revisions(log));
            Audit audit = cluster.audit(EVENTS, List.of(), keys().signers(), batch -> {});
            assertEquals(1, audit.findings().size(), "the forged one");
            assertTrue(audit.findings().getFirst().what().contains("no process of this cluster wrote it"));
            assertEquals(5, audit.signatures().newest().orElseThrow().revision());
        }
    }

    @Test
    void aProcessWithoutTheKeyOrWithAnotherRefusesToStart() throws Exception {
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            Drafts.append(log.claim("", LIMIT), 5);
        }
        LogKeys missing = new LogKeys(home.resolve("elsewhere").resolve("log.key"));

        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> missing.openOrMake(plain()));
        assertTrue(String.valueOf(refused.getMessage()).contains("copy log.key"), String.valueOf(refused.getMessage()));
        assertTrue(Files.notExists(home.resolve("elsewhere")), "nothing was made");

        LogKeys another = new LogKeys(home.resolve("another").resolve("log.key"));
        KafkaLogConfig other = KafkaLogConfig.singleBroker(broker.access(), name + "x", Optional::empty);
        another.openOrMake(other);
        KafkaLogConfig wrong = another.openOrMake(plain());
        try (KafkaCluster cluster = connect(wrong)) {
            assertThrows(
                    LogUnavailableException.class, () -> cluster.open(EVENTS).close());
        }
    }

    @Test
    void aWriterSignsTheHeadAtEachClaimAndInBetween() throws Exception {
        try (KafkaCluster cluster = ours();
                EventLog log = cluster.open(EVENTS)) {
            Drafts.append(log.claim("", LIMIT), 2_100);
            Drafts.append(log.claim("", LIMIT), 2_049);
            Heads heads = new Heads();
            log.read(0, Long.MAX_VALUE, heads);

            assertEquals(
                    List.of(64L, 2_100L, 4_148L),
                    heads.found.stream().map(SignedHead::revision).toList());
            var verifier = keys().signers().keys().getFirst();
            for (SignedHead head : heads.found) {
                assertTrue(head.isSignedBy(verifier));
                assertEquals(read(log, head.revision()).chain(), head.chain());
            }
        }
    }

    private static final class Heads implements EventLog.BatchReader {
        private final List<SignedHead> found = new ArrayList<>();

        @Override
        public void onEvents(List<Event> batch) {}

        @Override
        public void onHead(SignedHead head) {
            found.add(head);
        }
    }
}
