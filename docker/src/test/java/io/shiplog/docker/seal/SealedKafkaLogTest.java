package io.shiplog.docker.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.seal.HeldKeys;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedLog;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the log on a real broker, with every kind sealed. Each log that is opened has a keyring of its own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SealedKafkaLogTest extends EventLogContract {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private KafkaLogConfig config;
    private KafkaCluster cluster;
    private final HeldKeys held = new HeldKeys();

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void connect() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        config = KafkaLogConfig.singleBroker(broker.access(), name, broker::refusal);
        cluster = KafkaCluster.connect(config, Clock.systemUTC());
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Override
    protected EventLog open() {
        Keyring keys = Keyring.open(KafkaKeyStore.open(config), held);
        return new SealedLog(cluster.open(ShardConfig.events()), new Seal(keys, type -> true));
    }

    @Override
    protected int largestObject() {
        return 2 << 20;
    }

    @Test
    void kafkaHoldsTheChainedEnvelopesAndNothingElse() throws Exception {
        EventLog sealed = open();
        var writer = sealed.claim("", CLAIM_LIMIT);
        get(writer.append(Drafts.configMap(1, "one", 100)));
        get(writer.append(Drafts.configMap(2, "two", 100)));

        try (EventLog raw = cluster.open(ShardConfig.events())) {
            var resting = read(raw, 0, 2);
            assertChained(resting);
            resting.forEach(event -> assertFalse(event.object().toString().contains(Drafts.payload(100))));
            assertTrue(resting.getFirst().object().toString().startsWith("{\"sealed\":\"shiplog:sealed:v1:"));
        }
        try (EventLog another = open()) {
            assertEquals(
                    Drafts.configMap(2, "two", 100).object(),
                    read(another, 1, 2).getFirst().object());
        }
        sealed.close();
    }
}
