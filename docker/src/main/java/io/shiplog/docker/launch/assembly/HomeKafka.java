package io.shiplog.docker.launch.assembly;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.HomeKeys;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.docker.pki.KeyPart;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/** The broker of a home's cluster: the running one's, or a temporary one, during which the cluster cannot be started. */
public final class HomeKafka implements AutoCloseable {
    private final KafkaLogConfig config;
    private final Closing parts;

    private HomeKafka(KafkaLogConfig config, Closing parts) {
        this.config = config;
        this.parts = parts;
    }

    /** Of a cluster, running or not. */
    public static HomeKafka of(ShiplogHome home, ClusterSettings settings) {
        return home.running().isPresent() ? ofRunning(home, settings) : ofStopped(home, settings);
    }

    /** Of a running cluster. */
    public static HomeKafka ofRunning(ShiplogHome home, ClusterSettings settings) {
        requireKeys(home);
        try {
            String bootstrap = Files.readString(home.bootstrapFile()).strip();
            KafkaAccess access =
                    new KafkaAccess(bootstrap, KafkaPki.open(home.kafkaPki()).cluster());
            return new HomeKafka(
                    new LogKeys(home.logKeyFile())
                            .openOrMake(KafkaLogConfig.singleBroker(access, settings.cluster(), Optional::empty)),
                    new Closing());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the cluster in " + home.folder() + " has no broker of its own: give --kafka", e);
        }
    }

    /** Starts only the broker. */
    public static HomeKafka ofStopped(ShiplogHome home, ClusterSettings settings) {
        requireKeys(home);
        Closing parts = new Closing();
        try {
            PrivateFile.write(home.pidFile(), ProcessHandle.current().pid() + "\n");
            parts.with(() -> Files.deleteIfExists(home.pidFile()));
            EmbeddedBroker broker = parts.with(
                    EmbeddedBroker.start(EmbeddedBrokerConfig.in(home.kafka(), KafkaPki.open(home.kafkaPki()))));
            return new HomeKafka(
                    new LogKeys(home.logKeyFile())
                            .openOrMake(
                                    KafkaLogConfig.singleBroker(broker.access(), settings.cluster(), broker::refusal)),
                    parts);
        } catch (IOException e) {
            parts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** The broker of an existing cluster has its authority: another one would refuse subscribers. */
    private static void requireKeys(ShiplogHome home) {
        if (Files.exists(home.kafka())) {
            new HomeKeys(home.pki(), home.logKeyFile()).require(Set.of(KeyPart.BROKER));
        }
    }

    /** How its log is opened. */
    public KafkaLogConfig config() {
        return config;
    }

    @Override
    public void close() {
        parts.close();
    }
}
