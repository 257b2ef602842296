package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.Collected;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaEventLog;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cases specific to a log on Kafka: more records than one window, truncation, foreign records, a full disk, no broker. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LongLogTest {
    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);
    private static final String LONG = "long";
    private static final int LENGTH = 20_000;

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    /** One long log for the tests that only read: a foreign record at its start detects reads from there. */
    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
        try (KafkaCluster cluster = connect(LONG);
                EventLog log = cluster.open(ShardConfig.events())) {
            Drafts.append(log.claim("first", CLAIM_LIMIT), 10);
            send(LONG, null, "hello", Map.of());
            Drafts.append(log.claim("second", CLAIM_LIMIT), LENGTH / 2 - 10);
            Drafts.append(log.claim("third", CLAIM_LIMIT), LENGTH / 2);
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaCluster connect(String name) {
        return KafkaCluster.connect(
                KafkaLogConfig.singleBroker(broker.access(), name, Optional::empty), Clock.systemUTC());
    }

    private static void send(String cluster, @Nullable String key, String value, Map<String, String> headers)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    cluster + ".events",
                    0,
                    key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                    value.getBytes(StandardCharsets.UTF_8));
            headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<Long> revisions(EventLog log, long after, long upTo) {
        List<Long> revisions = new ArrayList<>();
        log.read(after, upTo, batch -> batch.forEach(event -> revisions.add(event.revision())));
        return revisions;
    }

    private static List<Long> range(long after, long upTo) {
        return LongStream.rangeClosed(after + 1, upTo).boxed().toList();
    }

    @Test
    void lateRangesAndTailsAreReadWithoutReadingTheLogFromItsStart() throws Exception {
        try (KafkaCluster cluster = connect(LONG);
                KafkaEventLog log = cluster.open(ShardConfig.events())) {
            assertEquals(LENGTH, log.end().toCompletableFuture().get(30, TimeUnit.SECONDS));
            assertEquals(range(LENGTH - 5, LENGTH), revisions(log, LENGTH - 5, LENGTH));
            assertEquals(range(9_990, 10_010), revisions(log, 9_990, 10_010));
            Collected tail = new Collected();
            log.tail(LENGTH - 6_000, tail);
            tail.until(LENGTH);
            assertEquals(range(LENGTH - 6_000, LENGTH), tail.revisions());

            assertEquals(0, log.rejected(), "somebody read the start of the log");
            assertEquals(range(0, 30), revisions(log, 0, 30));
            assertEquals(1, log.rejected());
        }
    }

    @Test
    void aNewcomerKnowsWhoWritesAlthoughTheClaimIsFarBack() {
        try (KafkaCluster cluster = connect(LONG);
                EventLog log = cluster.open(ShardConfig.events())) {
            EventLog.Claim claim = log.newestClaim().orElseThrow();

            assertEquals(3, claim.epoch());
            assertEquals("third", claim.address());
        }
    }

    @Test
    void aCutLogSaysWhatIsItsOldestRevisionAndGoesOn() throws Exception {
        String name = "cut";
        List<Event> all = new ArrayList<>();
        try (KafkaCluster cluster = connect(name);
                EventLog log = cluster.open(ShardConfig.events())) {
            Drafts.append(log.claim("", CLAIM_LIMIT), 6_000);
            log.read(0, Long.MAX_VALUE, all::addAll);
        }
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            admin.deleteRecords(Map.of(new TopicPartition(name + ".events", 0), RecordsToDelete.beforeOffset(1_002)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        try (KafkaCluster cluster = connect(name);
                EventLog log = cluster.open(ShardConfig.events())) {
            // Offset 0 is the claim, 65 the first signed head: offset 1,002 is revision 1,001.
            assertEquals(1_001, log.oldest());
            CutLogException cut = assertThrows(CutLogException.class, () -> revisions(log, 999, 2_000));
            assertEquals(1_001, cut.oldest());
            assertThrows(CutLogException.class, () -> log.tail(0, batch -> {}));
            List<Event> left = new ArrayList<>();
            log.read(1_000, Long.MAX_VALUE, left::addAll);
            assertEquals(all.subList(1_000, 6_000), left);
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            assertEquals(2, writer.epoch());
            assertEquals(6_001, Drafts.append(writer, "next").revision());
        }
    }

    @Test
    void aCutByAnotherProcessIsSeenAtOnce() throws Exception {
        String name = "cut-elsewhere";
        try (KafkaCluster cluster = connect(name);
                EventLog log = cluster.open(ShardConfig.events())) {
            Drafts.append(log.claim("", CLAIM_LIMIT), 50);
            assertEquals(1, log.oldest());
            for (long offset : new long[] {11, 31}) {
                try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
                    admin.deleteRecords(Map.of(
                                    new TopicPartition(name + ".events", 0), RecordsToDelete.beforeOffset(offset)))
                            .all()
                            .get(30, TimeUnit.SECONDS);
                }
                assertEquals(offset, log.oldest());
                assertEquals(offset, log.oldest());
            }
        }
    }

    @Test
    void aCutBehindThePlacesThatAReaderKnowsHidesNothingThatIsLeft() throws Exception {
        String name = "cut-open";
        try (KafkaCluster cluster = connect(name);
                EventLog reader = cluster.open(ShardConfig.events());
                EventLog log = cluster.open(ShardConfig.events())) {
            Drafts.append(log.claim("", CLAIM_LIMIT), 100);
            assertEquals(100, reader.end().toCompletableFuture().get(30, TimeUnit.SECONDS));

            try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
                admin.deleteRecords(Map.of(new TopicPartition(name + ".events", 0), RecordsToDelete.beforeOffset(92)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }

            for (long after = 90; after < 100; after++) {
                assertEquals(range(after, 100), revisions(reader, after, 100));
                // The claim and the first signed head lie before it.
                assertEquals(after + 2, reader.position(after + 1).orElseThrow().offset());
            }
        }
    }

    @Test
    void aShardWithARetentionIsCutByItsWriterButKeepsItsNewestWindow() throws Exception {
        String name = "retention";
        ShardConfig shard = new ShardConfig("events", Optional.of(Duration.ofSeconds(1)));
        Clock now = Clock.fixed(Instant.parse("2026-11-22T03:12:00Z"), ZoneOffset.UTC);
        Clock muchLater = Clock.fixed(Instant.parse("2036-01-01T00:00:00Z"), ZoneOffset.UTC);
        KafkaLogConfig config = KafkaLogConfig.singleBroker(broker.access(), name, Optional::empty);
        try (KafkaCluster cluster = KafkaCluster.connect(config, now);
                EventLog log = cluster.open(shard)) {
            Drafts.append(log.claim("", CLAIM_LIMIT), 6_000);
        }
        try (KafkaCluster cluster = KafkaCluster.connect(config, muchLater);
                EventLog log = cluster.open(shard);
                Admin admin = Admin.create(broker.access().with(Map.of()))) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);

            long begin = awaitCut(admin, new TopicPartition(name + ".events", 0), writer);

            long end = writer.lastRevision();
            try (EventLog fresh = cluster.open(shard)) {
                assertTrue(begin >= 1_000, "begins at offset " + begin);
                assertTrue(fresh.oldest() <= end - 4_000, "oldest " + fresh.oldest());
                assertTrue(fresh.oldest() > 1_000, "oldest " + fresh.oldest());
                assertEquals(range(fresh.oldest() - 1, end), revisions(fresh, fresh.oldest() - 1, end));
            }
        }
    }

    /** The writer looks now and then, as it reads. */
    private static long awaitCut(Admin admin, TopicPartition partition, LogWriter writer) throws Exception {
        while (true) {
            long begin = admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
            if (begin > 1_000) {
                return begin;
            }
            Drafts.append(writer, "one more");
        }
    }

    @Test
    void recordsThatDoNotFollowInTheChainAreCountedAndPassedOver() throws Exception {
        String name = "broken";
        try (KafkaCluster cluster = connect(name);
                KafkaEventLog log = cluster.open(ShardConfig.events())) {
            Collected tail = new Collected();
            log.tail(0, tail);
            LogWriter former = log.claim("", CLAIM_LIMIT);
            Drafts.append(former, 3);
            send(name, "no key of ours", "{", Map.of("ce_epoch", "1", "ce_revision", "4", "ce_type", "x"));
            send(name, "stranger", "hello", Map.of());

            LogWriter writer = log.claim("", CLAIM_LIMIT);
            Drafts.append(writer, "next");

            assertEquals(4, writer.lastRevision());
            tail.until(4);
            assertEquals(List.of(1L, 2L, 3L, 4L), tail.revisions());
            assertEquals(2, log.rejected());
        }
    }

    @Test
    void aWriterWhoseEpochSomebodyForgesGoesOn() throws Exception {
        String name = "forged";
        try (KafkaCluster cluster = connect(name);
                KafkaEventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            Drafts.append(writer, 1);
            send(name, "/configmaps/shop/x", "{}", Map.of("ce_epoch", "1", "ce_revision", "2", "ce_type", "x"));

            assertEquals(2, Drafts.append(writer, "next").revision());

            assertTrue(writer.alive());
            assertEquals(List.of(1L, 2L), revisions(log, 0, 2));
        }
    }

    @Test
    void withNoRoomWritesAreRefusedInWordsAndGoOnWhenThereIsRoom() throws Exception {
        AtomicReference<Optional<String>> refusal = new AtomicReference<>(Optional.empty());
        KafkaLogConfig config = KafkaLogConfig.singleBroker(broker.access(), "full", refusal::get);
        try (KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            Drafts.append(writer, 2);
            refusal.set(Optional.of("no space left for the log"));

            ExecutionException refused = assertThrows(ExecutionException.class, () -> Drafts.append(writer, "refused"));
            assertEquals(
                    "no space left for the log",
                    Objects.requireNonNull(refused.getCause()).getMessage());
            assertThrows(LogUnavailableException.class, () -> log.claim("", CLAIM_LIMIT));
            assertEquals(range(0, 2), revisions(log, 0, 10));

            refusal.set(Optional.empty());
            assertEquals(3, Drafts.append(log.claim("", CLAIM_LIMIT), "again").revision());
        }
    }

    @Test
    void withoutABrokerOpeningFailsInBoundedTime() {
        KafkaLogConfig nowhere =
                KafkaLogConfig.singleBroker(KafkaAccess.plaintext("127.0.0.1:1"), "nowhere", Optional::empty);
        try (KafkaCluster cluster = KafkaCluster.connect(nowhere, Clock.systemUTC())) {
            LogUnavailableException e =
                    assertThrows(LogUnavailableException.class, () -> cluster.open(ShardConfig.events()));
            assertTrue(String.valueOf(e.getMessage()).contains("nowhere.events"), e.getMessage());
        }
    }
}
