package io.shiplog.docker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.broker.BrokerForTests;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.keyframe.KeyframeStoreContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class KafkaKeyframeStoreTest extends KeyframeStoreContract {
    @RegisterExtension
    static final BrokerForTests broker = new BrokerForTests();

    private final String cluster = broker.newCluster();

    @Override
    protected KeyframeStore store() {
        return new KafkaKeyframeStore(KafkaStoreConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    @Override
    protected KeyframeStore reopened() {
        return store();
    }

    @Test
    void a_write_that_was_cut_short_does_not_count_and_is_in_nobodys_way() throws Exception {
        try (KeyframeStore store = store()) {
            store.write(keyframe(50, "one"), Stream.of(object("events", "a", 1)));
            put(0, "events/apps/deployments/shop/torn", "{}");
            put(0, "events/apps/deployments/shop/torn", "{}");
            store.write(keyframe(100, "two"), Stream.of(object("events", "b", 2)));
        }
        try (KeyframeStore again = reopened()) {
            assertEquals(Set.of(50L, 100L), again.contents().keySet());
            assertEquals(List.of(object("events", "a", 1)), read(again, 50));
            assertEquals(List.of(object("events", "b", 2)), read(again, 100));
        }
    }

    @Test
    void an_entry_of_the_contents_that_cannot_be_read_is_none() throws Exception {
        try (KeyframeStore store = store()) {
            assertEquals(Set.of(), store.contents().keySet());
            put(1, "50", "not JSON");
            put(1, "60", "{\"shards\":[]}");
            put(1, "70", "{\"shards\":[{\"shard\":\"events\",\"time\":\"late\"}]}");
            store.write(keyframe(100, "two"), Stream.of(object("events", "b", 2)));

            assertEquals(Set.of(100L), store.contents().keySet());
        }
    }

    @Test
    void given_no_room_nothing_is_written_and_what_was_there_stays() {
        Optional<String> full = Optional.of("no space left for the log");
        try (KeyframeStore store = store()) {
            store.write(keyframe(50, "one"), Stream.of(object("events", "a", 1)));
        }
        try (KeyframeStore store =
                new KafkaKeyframeStore(KafkaStoreConfig.singleBroker(broker.access(), cluster, () -> full))) {
            var refusal = assertThrows(
                    LogUnavailableException.class,
                    () -> store.write(keyframe(100, "two"), Stream.of(object("events", "b", 2))));

            assertEquals("no space left for the log", refusal.getMessage());
            assertEquals(Set.of(50L), store.contents().keySet());
            assertEquals(List.of(object("events", "a", 1)), read(store, 50));
        }
    }

    @Test
    void a_broker_that_is_not_there_is_said_to_be_unavailable() {
        KafkaStoreConfig nowhere = new KafkaStoreConfig(
                new KafkaAccess("127.0.0.1:1", Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "400")),
                "nowhere",
                (short) 1,
                Optional::empty);

        assertThrows(LogUnavailableException.class, () -> new KafkaKeyframeStore(nowhere).contents());
    }

    private void put(int partition, String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            cluster + ".keyframes",
                            partition,
                            key.getBytes(StandardCharsets.UTF_8),
                            value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
