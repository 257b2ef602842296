package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection that never finishes its handshake ends; clients that were silent go on. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IdleConnectionsTest {
    private static final String TOPIC = "silent";
    private static final Duration IDLE = Duration.ofSeconds(1);

    @Test
    void givenSilentConnections_thenTheyAreClosed_andClientsThatWereSilentGoOn(@TempDir Path folder) throws Exception {
        EmbeddedBrokerConfig config =
                EmbeddedBrokerConfig.in(folder, TestKeys.pki()).withIdle(IDLE);
        try (EmbeddedBroker broker = EmbeddedBroker.start(config);
                Admin admin = Admin.create(broker.access().with(Map.of()));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        broker.access().with(Map.of("enable.idempotence", "true", "acks", "all")),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            assertEquals(0, producer.send(record()).get().offset());

            for (int i = 0; i < 3; i++) {
                awaitTheEndOfASilentConnection(broker.access());
            }

            assertEquals(1, producer.send(record()).get().offset());
            assertEquals(1, admin.describeCluster().nodes().get().size());
        }
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(TOPIC, new byte[] {1});
    }

    /** It sends the first byte of a handshake, and no more. */
    private static void awaitTheEndOfASilentConnection(KafkaAccess access) throws Exception {
        String bootstrap = access.bootstrap();
        int port = Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
            silent.setSoTimeout((int) IDLE.multipliedBy(30).toMillis());
            silent.getOutputStream().write(0x16);
            assertEquals(-1, silent.getInputStream().read());
        }
    }
}
