package io.shiplog.docker.log;

import io.shiplog.events.log.kafka.KafkaAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract on Kafka in a container, as a user's own Kafka would be: nothing of the embedded broker is involved. */
@Tag("container")
class ContainerKafkaEventLogTest extends KafkaEventLogContract {
    private static KafkaContainer kafka;

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

    @Override
    KafkaAccess access() {
        return KafkaAccess.plaintext(kafka.getBootstrapServers());
    }
}
