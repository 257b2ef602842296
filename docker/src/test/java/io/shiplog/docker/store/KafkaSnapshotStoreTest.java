package io.shiplog.docker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.broker.BrokerForTests;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.snapshot.SnapshotStoreContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class KafkaSnapshotStoreTest extends SnapshotStoreContract {
    @RegisterExtension
    static final BrokerForTests broker = new BrokerForTests();

    private final String cluster = broker.newCluster();

    @Override
    protected SnapshotStore store() {
        return KafkaSnapshotStore.open(KafkaStoreConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    @Override
    protected SnapshotStore reopened() {
        return KafkaSnapshotStore.open(KafkaStoreConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    @Test
    void a_write_that_was_cut_short_does_not_count_and_the_next_one_clears_it_away() throws Exception {
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 2), true, List.of(object("a", 1), object("b", 2)), List.of());
        }
        cutShort("events/apps/deployments/shop/a", "{\"torn\":1}");
        cutShort("events/apps/deployments/shop/brief", "{\"torn\":2}");
        try (SnapshotStore again = reopened()) {
            assertEquals(
                    java.util.Set.of(object("a", 1), object("b", 2)),
                    java.util.Set.copyOf(snapshot(again, "events").records()));
            again.write(checkpoint("events", 5), false, List.of(object("a", 4)), List.of());
        }
        try (SnapshotStore third = reopened()) {
            assertEquals(
                    java.util.Set.of(object("a", 4), object("b", 2)),
                    java.util.Set.copyOf(snapshot(third, "events").records()));
        }
    }

    @Test
    void a_checkpoint_that_cannot_be_read_is_none() throws Exception {
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 2), true, List.of(object("a", 1)), List.of());
        }
        cutShort("events", "not JSON");
        try (SnapshotStore again = reopened()) {
            assertEquals(Map.of(), again.load());
        }
    }

    @Test
    void an_object_as_large_as_the_log_takes_fits() {
        SnapshotRecord large =
                new SnapshotRecord(key("large"), 1, "because", Json.of("\"" + "x".repeat(3 << 20) + "\""));
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 1), true, List.of(large), List.of());
        }
        try (SnapshotStore again = reopened()) {
            assertEquals(List.of(large), snapshot(again, "events").records());
        }
    }

    @Test
    void given_no_room_nothing_is_written_and_what_was_there_stays() {
        Optional<String> full = Optional.of("no space left for the log");
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 2), true, List.of(object("a", 1)), List.of());
        }
        try (SnapshotStore store =
                KafkaSnapshotStore.open(KafkaStoreConfig.singleBroker(broker.access(), cluster, () -> full))) {
            var refusal = assertThrows(
                    SnapshotStore.UnavailableException.class,
                    () -> store.write(checkpoint("events", 3), true, List.of(object("a", 3)), List.of()));

            assertEquals("no space left for the log", refusal.getMessage());
            assertEquals(List.of(object("a", 1)), snapshot(store, "events").records());
        }
    }

    @Test
    void a_broker_that_is_not_there_is_said_to_be_unavailable() {
        KafkaStoreConfig nowhere = new KafkaStoreConfig(
                new KafkaAccess("127.0.0.1:1", Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "400")),
                "nowhere",
                (short) 1,
                Optional::empty);

        assertThrows(SnapshotStore.UnavailableException.class, () -> KafkaSnapshotStore.open(nowhere));
    }

    private void cutShort(String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(cluster + ".snapshots", 0, utf8(key), utf8(value)))
                    .get();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
