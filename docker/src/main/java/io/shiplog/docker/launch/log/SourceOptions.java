package io.shiplog.docker.launch.log;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.HomeKafka;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.launch.cli.KafkaConfigFile;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.Replication;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The log that a command reads: that of the home's cluster, running or not, or one on a Kafka cluster. */
final class SourceOptions {
    @Mixin
    private HomeOption home = new HomeOption();

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "read the log of this Kafka instead (default: that of the cluster in the home)")
    private Optional<String> kafka = Optional.empty();

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "for --kafka: " + KafkaConfigFile.DESCRIPTION)
    private Optional<Path> kafkaConfig = Optional.empty();

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "the cluster's name on that Kafka (default: that of the cluster in the home)")
    private Optional<String> cluster = Optional.empty();

    ShiplogHome home() {
        return home.home();
    }

    /**
     * The cluster's stored settings.
     *
     * @throws IllegalStateException if there is none in the home, and none was given
     */
    ClusterSettings settings() {
        ClusterSettings defaults = ClusterSettings.DEFAULT;
        return cluster.map(
                        name -> new ClusterSettings(name, defaults.port(), defaults.podCidr(), defaults.serviceCidr()))
                .or(() -> ClusterSettings.read(home()))
                .orElseThrow(() -> new IllegalStateException(
                        "there is no cluster in " + home().folder() + "; './shiplog up' starts one."));
    }

    /** The configuration for the Kafka with the log; {@code parts} closes what had to be started. */
    KafkaLogConfig open(Closing parts) {
        ClusterSettings settings = settings();
        if (kafka.isEmpty() && kafkaConfig.isPresent()) {
            throw new IllegalArgumentException("--kafka-config requires --kafka");
        }
        return kafka.map(at -> KafkaConfigFile.access(at, kafkaConfig))
                .map(access -> new LogKeys(home().logKeyFile())
                        .openIfThere(KafkaLogConfig.external(access, settings.cluster(), Replication.fitting(access))))
                .orElseGet(() -> parts.with(HomeKafka.of(home(), settings)).config());
    }
}
