package io.shiplog.docker.log;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real broker: the embedded one. Each test has a topic of its own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class EmbeddedKafkaEventLogTest extends EventLogContract {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private KafkaCluster cluster;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void connect() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        cluster = KafkaCluster.connect(
                KafkaLogConfig.singleBroker(broker.bootstrap(), name, broker::refusal), Clock.systemUTC());
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
