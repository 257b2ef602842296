package io.shiplog.docker.broker;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real broker in a folder of its own for all tests of a class; each test takes a cluster name, and so topics, of its own. */
public final class BrokerForTests implements BeforeAllCallback, AfterAllCallback {
    private final AtomicInteger clusters = new AtomicInteger();
    private @Nullable Path folder;
    private @Nullable EmbeddedBroker broker;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Files.createTempDirectory("shiplog-broker");
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(folder, TestKeys.pki()));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (broker != null) {
            broker.close();
        }
        if (folder != null) {
            Utils.delete(folder.toFile());
        }
    }

    /** How a client connects that may do everything. */
    public KafkaAccess access() {
        return Objects.requireNonNull(broker).access();
    }

    /** A cluster name that no other test of the class has. */
    public String newCluster() {
        return "cluster-" + clusters.incrementAndGet();
    }
}
