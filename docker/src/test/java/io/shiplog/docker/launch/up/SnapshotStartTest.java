package io.shiplog.docker.launch.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.client.ApiClient;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.process.Ports;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.log.kafka.SideTopic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster starts from its snapshot, and just as well without one it can believe. */
@Tag("fault")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SnapshotStartTest {
    /** So many that a replay of all of them is shown. */
    private static final int EVENTS = 50_100;

    private static final int OBJECTS = 300;
    private static final TopicPartition SNAPSHOTS = new TopicPartition("snap.snapshots", 0);

    @TempDir
    private Path directory;

    private final ClusterSettings settings = new ClusterSettings("snap", Ports.free(), "10.244.0.0/16", "10.96.0.0/12");

    /** What a start showed: the objects, and whether it had to go through the whole log. */
    private record Started(JsonNode objects, boolean replayed) {}

    private ShiplogHome home() {
        return new ShiplogHome(directory);
    }

    /** Starts the cluster, looks, and stops it, by which a snapshot is written. */
    private Started start() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Stages stages = new Stages(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (AllInOne cluster = AllInOne.start(home(), settings, AllInOne.Start.withoutNodes(), stages);
                ApiClient client = new ApiClient(
                        "https://127.0.0.1:" + settings.port(),
                        ClusterPki.open(home().pki(), settings.cluster()).identify(Identity.admin()))) {
            JsonNode objects = client.json("/api/v1/namespaces/shop/configmaps").path("items");
            return new Started(objects, said.toString(StandardCharsets.UTF_8).contains(" events read back"));
        }
    }

    @FunctionalInterface
    private interface WithBroker {
        void run(KafkaAccess kafka) throws Exception;
    }

    private void withBroker(WithBroker action) throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(EmbeddedBrokerConfig.in(home().kafka(), KafkaPki.open(home().kafkaPki())))) {
            action.run(broker.access());
        }
    }

    @Test
    void givenABrokenOrMissingSnapshot_whenTheClusterStarts_thenTheWholeLogIsReadAndTheStateIsTheSame()
            throws Exception {
        ClusterPki.open(home().pki(), settings.cluster());
        withBroker(this::fill);
        Started first = start();
        assertEquals(OBJECTS, first.objects().size());
        assertTrue(first.replayed(), "there was no snapshot yet");

        assertEquals(new Started(first.objects(), false), start(), "from the snapshot");
        withBroker(kafka -> changeOneObject(kafka));
        assertEquals(new Started(first.objects(), false), start(), "an object of someone who lacks the cluster's key");
        withBroker(kafka -> changeOneObject(ours(kafka)));
        assertEquals(new Started(first.objects(), true), start(), "an object that is not the log's");
        withBroker(kafka -> garbleTheCheckpoint(ours(kafka)));
        assertEquals(new Started(first.objects(), true), start(), "a checkpoint that cannot be read");
        withBroker(SnapshotStartTest::deleteTheTopic);
        assertEquals(new Started(first.objects(), true), start(), "no snapshots at all");

        assertFalse(start().replayed(), "each start leaves a good snapshot behind");
    }

    private KafkaAccess ours(KafkaAccess kafka) {
        return new LogKeys(home().logKeyFile())
                .openOrMake(KafkaLogConfig.singleBroker(kafka, settings.cluster(), Optional::empty))
                .kafka();
    }

    private void fill(KafkaAccess kafka) throws Exception {
        KafkaLogConfig config = KafkaLogConfig.singleBroker(kafka, settings.cluster(), Optional::empty);
        try (KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", Duration.ofSeconds(30));
            CompletionStage<?> last = null;
            for (int i = 0; i < EVENTS; i++) {
                last = writer.append(Drafts.configMap(writer.lastRevision() + 1, "cm-" + i % OBJECTS));
            }
            if (last != null) {
                last.toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Another object under the key of one, and the checkpoint behind it once more, which vouches for what it does not know. */
    private void changeOneObject(KafkaAccess kafka) throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = readAll(kafka);
        ConsumerRecord<byte[], byte[]> object = all.stream()
                .filter(each -> key(each).startsWith("events/") && key(each).endsWith("/cm-7"))
                .reduce((a, b) -> b)
                .orElseThrow();
        byte[] other = new String(object.value(), StandardCharsets.UTF_8)
                .replace("\"k\":\"\"", "\"k\":\"forged\"")
                .getBytes(StandardCharsets.UTF_8);
        write(
                kafka,
                new ProducerRecord<>(SNAPSHOTS.topic(), 0, object.key(), other, object.headers()),
                new ProducerRecord<>(
                        SNAPSHOTS.topic(),
                        0,
                        checkpoint(all).key(),
                        checkpoint(all).value()));
    }

    private void garbleTheCheckpoint(KafkaAccess kafka) throws Exception {
        byte[] garbled = "not JSON".getBytes(StandardCharsets.UTF_8);
        write(
                kafka,
                new ProducerRecord<>(
                        SNAPSHOTS.topic(), 0, checkpoint(readAll(kafka)).key(), garbled));
    }

    private static ConsumerRecord<byte[], byte[]> checkpoint(List<ConsumerRecord<byte[], byte[]>> all) {
        return all.stream()
                .filter(each -> key(each).equals("events"))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static List<ConsumerRecord<byte[], byte[]>> readAll(KafkaAccess kafka) {
        List<ConsumerRecord<byte[], byte[]>> all = new java.util.ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.with(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(SNAPSHOTS));
            consumer.seekToBeginning(List.of(SNAPSHOTS));
            long end = consumer.endOffsets(List.of(SNAPSHOTS)).getOrDefault(SNAPSHOTS, 0L);
            while (consumer.position(SNAPSHOTS) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
            }
        }
        return all;
    }

    @SafeVarargs
    private static void write(KafkaAccess kafka, ProducerRecord<byte[], byte[]>... records) {
        new SideTopic(kafka, SNAPSHOTS.topic()).write(Stream.of(records));
    }

    private static void deleteTheTopic(KafkaAccess kafka) throws Exception {
        try (Admin admin = Admin.create(kafka.with(Map.of()))) {
            admin.deleteTopics(List.of(SNAPSHOTS.topic())).all().get(30, TimeUnit.SECONDS);
        }
    }
}
