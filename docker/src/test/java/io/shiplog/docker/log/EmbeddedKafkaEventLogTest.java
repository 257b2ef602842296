package io.shiplog.docker.log;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real broker: the embedded one. Each test has a topic of its own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class EmbeddedKafkaEventLogTest extends KafkaEventLogContract {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    KafkaAccess access() {
        return broker.access();
    }

    @Override
    Supplier<Optional<String>> refusal() {
        return broker::refusal;
    }
}
