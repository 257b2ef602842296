package io.shiplog.docker.log;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract on Kafka in a container, as a user's own Kafka would be: nothing of the embedded broker is involved. */
@Tag("container")
class ContainerKafkaEventLogTest extends EventLogContract {
    private static KafkaContainer kafka;
    private KafkaCluster cluster;

    @BeforeAll
    static void startKafka() throws Exception {
        Assumptions.assumeTrue(KafkaImage.dockerAnswers(), "no Docker Engine answers here");
        KafkaImage.ensure();
        kafka = new KafkaContainer(DockerImageName.parse(KafkaImage.TAG).asCompatibleSubstituteFor("apache/kafka"));
        kafka.start();
    }

    @AfterAll
    static void stopKafka() {
        if (kafka != null) {
            kafka.stop();
        }
    }

    @BeforeEach
    void connect() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        cluster = KafkaCluster.connect(
                KafkaLogConfig.singleBroker(kafka.getBootstrapServers(), name, Optional::empty), Clock.systemUTC());
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Override
    protected EventLog open() {
        return cluster.open(ShardConfig.events());
    }
}
