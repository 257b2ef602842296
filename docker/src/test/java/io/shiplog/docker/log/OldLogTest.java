package io.shiplog.docker.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.transfer.Verification;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.CloudEventLine;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.blame.Blame;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that a cluster wrote in November 2026, before event types named the group: Kafka's own segments, with the keys of their MACs and
 * signatures. An hour of kubectl: a ConfigMap, a Secret, a Deployment, a Service and an Ingress come, change and go. Every later version
 * reads it: never change the files.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OldLogTest {
    private static final Path RECORDED = Path.of("src/test/resources/golden/log-2026-11");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ShardConfig EVENTS = ShardConfig.events();
    private static final ObjectKey KEPT = ObjectKey.of(ResourceType.core("configmaps"), "left", "kept");
    private static final ObjectKey SETTINGS = ObjectKey.of(ResourceType.core("configmaps"), "shop", "settings");
    private static final ResourceType PODS = ResourceType.core("pods");

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static KafkaCluster cluster;
    private static EventLog log;
    private static LogKeys keys;

    @BeforeAll
    static void aBrokerHasTheOldRecords() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory.resolve("kafka"), TestKeys.pki()));
        Files.copy(RECORDED.resolve("log.key"), directory.resolve("log.key"));
        Files.copy(RECORDED.resolve("log-signing.pub"), directory.resolve("log-signing.pub"));
        keys = new LogKeys(directory.resolve("log.key"));
        KafkaLogConfig config = KafkaLogConfig.singleBroker(broker.access(), "old", broker::refusal);
        cluster = KafkaCluster.connect(keys.openIfThere(config), Clock.systemUTC());
        log = cluster.open(EVENTS);
        copy("events");
    }

    /** Puts the recorded segment's records into the topic of the same name, byte for byte. */
    private static void copy(String shard) throws Exception {
        try (FileRecords records =
                        FileRecords.open(RECORDED.resolve(shard + ".log").toFile(), false);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Record record : records.records()) {
                producer.send(new ProducerRecord<>(
                        "old." + shard,
                        0,
                        record.timestamp(),
                        Utils.toNullableArray(record.key()),
                        Utils.toNullableArray(record.value()),
                        List.of(record.headers())));
            }
            producer.flush();
        }
    }

    @AfterAll
    static void stop() {
        log.close();
        cluster.close();
        broker.close();
    }

    private static List<Event> events() {
        List<Event> events = new ArrayList<>();
        log.read(0, Long.MAX_VALUE, events::addAll);
        return events;
    }

    private static Verification.Outcome verified() {
        return Verification.of(cluster, EVENTS, List.of(), keys.signers(), BuiltInKinds.catalogue());
    }

    @Test
    @Order(1)
    void readersSeeTheNewTypesAndTheRecordsKeepTheirs() {
        List<Event> events = events();

        assertEquals(227, events.size());
        assertEquals(0, log.rejected());
        TreeSet<String> types =
                events.stream().map(each -> each.type().toString()).collect(Collectors.toCollection(TreeSet::new));
        assertTrue(
                types.containsAll(List.of(
                        "io.shiplog.core.pod.scheduled.v1",
                        "io.shiplog.core.configmap.labeled.v1",
                        "io.shiplog.apps.deployment.scaled.v1",
                        "io.shiplog.networking.k8s.io.ingress.created.v1",
                        "io.shiplog.rbac.authorization.k8s.io.clusterrole.created.v1")),
                types.toString());
        for (Event event : events) {
            assertEquals(event.key().type().group(), event.type().group());
            assertEquals(
                    "io.shiplog.%s.%s.v1"
                            .formatted(event.type().kind(), event.type().happened()),
                    event.type().written());
        }
    }

    @Test
    @Order(2)
    void macsLinksAndSignedHeadsHold() {
        Verification.Outcome outcome = verified();

        assertEquals(List.of(), outcome.audit().findings());
        assertEquals(227, outcome.audit().events());
        assertTrue(outcome.audit().signatures().newest().isPresent(), "a head is signed");
    }

    @Test
    @Order(3)
    void anExportedLineKeepsTheTypeThatItsLinkCovers() {
        for (Event event : events()) {
            byte[] line = CloudEventLine.write("old", event);

            assertTrue(new String(line, UTF_8)
                    .contains("\"type\":\"" + event.type().written() + "\""));
            assertEquals(event, CloudEventLine.read(line).event());
        }
    }

    @Test
    @Order(4)
    void thePastIsReadAsItWas() throws Exception {
        List<Event> settings =
                events().stream().filter(each -> each.key().equals(SETTINGS)).toList();
        try (LiveImage images = image()) {
            for (Event event : settings) {
                StoredObject then = images.at(event.revision())
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS)
                        .get(SETTINGS);
                if (event.type().removes()) {
                    assertNull(then);
                } else {
                    assertNotNull(then);
                    assertEquals(event.object(), then.json());
                }
            }
            assertNull(images.current().get(SETTINGS));
            assertNotNull(images.current().get(KEPT));
        }
        assertEquals(
                List.of(
                        ChangeType.CREATED,
                        ChangeType.MODIFIED,
                        ChangeType.LABELED,
                        ChangeType.ANNOTATED,
                        ChangeType.MODIFIED,
                        ChangeType.DELETED),
                settings.stream().map(each -> each.type().change()).toList());
    }

    private static LiveImage image() {
        return LiveImage.start(
                Map.of("events", log),
                BuiltInKinds.catalogue(),
                SnapshotStore.NONE,
                KeyframeStore.NONE,
                Progress.NONE,
                Clock.systemUTC());
    }

    @Test
    @Order(5)
    void historyAndBlameNameTheUserAndTheNewType() throws Exception {
        try (ScannedHistory history = new ScannedHistory(Map.of("events", log))) {
            ChangeFilter ofKept = ChangeFilter.of(KEPT);
            List<Event> newestFirst = history.page(ChangeQuery.newestFirst("events", 1, 227, ofKept), 10)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .events();
            List<PastChange> changes =
                    history.withBefore(newestFirst).toCompletableFuture().get(30, TimeUnit.SECONDS);
            JsonNode now = newestFirst.getFirst().object().tree();
            Blame blame = new Blame(now);
            changes.forEach(blame::older);

            Event setBy = blame.result().stream()
                    .filter(each -> each.path().toString().equals(".data.a"))
                    .findFirst()
                    .orElseThrow()
                    .event();
            assertNotNull(setBy);
            assertEquals("kubernetes-admin", setBy.actor());
            assertEquals("io.shiplog.core.configmap.modified.v1", setBy.type().toString());
            ChangeFilter scheduled = new ChangeFilter(
                    PODS, null, null, null, null, null, each -> each.type().is(ChangeType.SCHEDULED));
            assertFalse(history.page(ChangeQuery.oldestFirst("events", 1, 227, scheduled), 10)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .events()
                    .isEmpty());
        }
    }

    @Test
    @Order(6)
    void theLogContinuesInTheNewForm() throws Exception {
        Event next = Drafts.append(log.claim("", LIMIT), "after");

        assertEquals(228, next.revision());
        assertEquals("io.shiplog.core.configmap.created.v1", next.type().written());
        assertEquals(List.of(), verified().audit().findings());
    }
}
