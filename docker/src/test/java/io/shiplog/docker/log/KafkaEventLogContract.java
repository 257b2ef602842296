package io.shiplog.docker.log;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a real broker. Each test has a topic of its own. */
abstract class KafkaEventLogContract extends EventLogContract {
    private KafkaCluster cluster;

    /** {@code host:port} of the broker. */
    abstract String bootstrap();

    /** What speaks against writing. */
    Supplier<Optional<String>> refusal() {
        return Optional::empty;
    }

    @BeforeEach
    void connect() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        cluster = KafkaCluster.connect(KafkaLogConfig.singleBroker(bootstrap(), name, refusal()), Clock.systemUTC());
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
