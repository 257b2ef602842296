package io.shiplog.docker.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.broker.BrokerForTests;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyStore;
import io.shiplog.events.seal.KeyStoreContract;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
class KafkaKeyStoreTest extends KeyStoreContract {
    @RegisterExtension
    static final BrokerForTests broker = new BrokerForTests();

    private final String cluster = broker.newCluster();

    @Override
    protected KeyStore store() {
        return KafkaKeyStore.open(KafkaLogConfig.singleBroker(broker.access(), cluster, Optional::empty));
    }

    @Test
    void a_strangers_record_is_passed_over() throws Exception {
        KeyStore store = store();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.access().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String value : List.of("not JSON", "{}", "{\"wrapped\":\"!\"}", "{\"shredded\":{\"time\":\"now\"}}")) {
                producer.send(new ProducerRecord<>(cluster + ".keys", 0, utf8("k"), utf8(value)))
                        .get();
            }
        }
        store.write(List.of(new KeyRecord.Unused("mine")));

        List<KeyRecord> records = new ArrayList<>();
        store.read(0, records::add);

        assertEquals(List.of(new KeyRecord.Unused("mine")), records);
    }

    @Test
    void a_broker_that_is_not_there_is_said_to_be_unavailable() {
        KafkaLogConfig nowhere = new KafkaLogConfig(
                new KafkaAccess("127.0.0.1:1", Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "400")),
                "nowhere",
                (short) 1,
                true,
                Duration.ofSeconds(1),
                Duration.ZERO,
                Optional::empty,
                Optional.empty());

        assertThrows(LogUnavailableException.class, () -> KafkaKeyStore.open(nowhere));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
