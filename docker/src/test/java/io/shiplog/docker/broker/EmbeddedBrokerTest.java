package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EmbeddedBrokerTest {
    private static final String TOPIC = "kept";

    @TempDir
    Path directory;

    @Test
    void keepsWhatWasWrittenOverARestart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()))) {
            try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                        .all()
                        .get();
            }
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    broker.access().with(Map.of()), new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>(TOPIC, "key", "value")).get();
            }
        }

        try (EmbeddedBroker again = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()))) {
            assertEquals("value", first(again));
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBrokerConfig config =
                    EmbeddedBrokerConfig.in(directory, TestKeys.pki()).withPorts(taken.getLocalPort(), 0);

            IllegalStateException e = assertThrows(IllegalStateException.class, () -> EmbeddedBroker.start(config));

            assertTrue(String.valueOf(e.getMessage()).contains(String.valueOf(taken.getLocalPort())), e.getMessage());
        }
    }

    @Test
    void refusesWritesInWordsWhenTheDiskHasLessThanTheReserve() {
        DiskReserve reserve = new DiskReserve(directory, Long.MAX_VALUE);

        assertTrue(reserve.refusal().orElseThrow().startsWith("no space left for the log"));
    }

    @Test
    void refusesNothingWhileThereIsRoom() {
        assertEquals(Optional.empty(), new DiskReserve(directory, 1).refusal());
    }

    private static String first(EmbeddedBroker broker) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                broker.access().with(Map.of("auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
        }
    }
}
