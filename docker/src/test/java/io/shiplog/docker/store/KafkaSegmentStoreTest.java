package io.shiplog.docker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.broker.BrokerForTests;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.projections.history.index.SegmentStore;
import io.shiplog.projections.history.index.SegmentStoreContract;
import io.shiplog.projections.kafka.KafkaSegmentStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class KafkaSegmentStoreTest extends SegmentStoreContract {
    @RegisterExtension
    static final BrokerForTests broker = new BrokerForTests();

    private final String cluster = broker.newCluster();

    @Override
    protected SegmentStore store() {
        return new KafkaSegmentStore(KafkaStoreConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    @Override
    protected SegmentStore reopened() {
        return store();
    }

    @Test
    void what_a_stranger_put_there_is_passed_over() throws Exception {
        try (SegmentStore store = store();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            store.write("events", 1, bytes(1));
            for (String key : new String[] {"", "events/", "events/x", "events/99999999999999999999"}) {
                producer.send(new ProducerRecord<>(
                                cluster + ".index", 0, key.getBytes(StandardCharsets.UTF_8), new byte[1]))
                        .get();
            }

            assertEquals(Set.of(1L), store.load("events").keySet());
        }
    }

    @Test
    void given_no_room_nothing_is_written_and_what_was_there_stays() {
        Optional<String> full = Optional.of("no space left for the log");
        try (SegmentStore store = store()) {
            store.write("events", 1, bytes(1));
        }
        try (SegmentStore store =
                new KafkaSegmentStore(KafkaStoreConfig.singleBroker(broker.access(), cluster, () -> full))) {
            var refusal = assertThrows(LogUnavailableException.class, () -> store.write("events", 2, bytes(2)));

            assertEquals("no space left for the log", refusal.getMessage());
            assertEquals(Set.of(1L), store.load("events").keySet());
        }
    }

    @Test
    void a_broker_that_is_not_there_is_said_to_be_unavailable() {
        KafkaStoreConfig nowhere = new KafkaStoreConfig(
                new KafkaAccess("127.0.0.1:1", Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "400")),
                "nowhere",
                (short) 1,
                Optional::empty);

        assertThrows(LogUnavailableException.class, () -> new KafkaSegmentStore(nowhere).load("events"));
    }
}
