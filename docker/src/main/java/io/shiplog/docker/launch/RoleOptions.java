package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.Replication;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.LiveImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every role run apart must be told: its cluster and its Kafka. */
final class RoleOptions {
    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "HOST:PORT",
            description = "the Kafka cluster that holds the log; several with commas")
    private String kafka = "";

    @Option(names = "--kafka-config", paramLabel = "FILE", description = KafkaConfigFile.DESCRIPTION)
    private Optional<Path> kafkaConfig = Optional.empty();

    @Option(
            names = "--kafka-replication",
            paramLabel = "N",
            description = "replicas of topics that must be made; 1 has every write fsynced "
                    + "(default: 1 on a Kafka of one broker, else 3)")
    private Optional<Short> replication = Optional.empty();

    /** How this machine's pods will be networked, before anything is made or remembered. */
    Networking choose(Networking.Mode mode, NodeNumbers nodes) {
        ShiplogHome folder = home.home();
        return Networking.choose(
                mode,
                settings.asked(folder),
                nodes,
                ClusterSettings.read(folder).isPresent());
    }

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description =
                    "the key-encryption keys of what is encrypted in the log (default: pki/secrets.key in the cluster's folder)")
    private Optional<Path> keyFile = Optional.empty();

    @Option(
            names = "--log-key",
            paramLabel = "FILE",
            description =
                    "the key of the MACs on the log's records (default: pki/log.key in the cluster's folder); beside it log-signing.key signs heads of the log")
    private Optional<Path> logKey = Optional.empty();

    /** Opens the log and reads it up to its end, for a role that does not write. What is opened is closed by {@code parts}. */
    RoleContext enter(Closing parts, Stages stages) {
        return enter(parts, Shards.ALL, stages);
    }

    /** The same with these shards, for a role that writes and cuts them. */
    RoleContext enter(Closing parts, List<ShardConfig> all, Stages stages) {
        ShiplogHome folder = home.home().create();
        ClusterSettings settled = settings.settle(folder);
        ClusterPki pki = ClusterPki.open(folder.pki(), settled.cluster());
        RoleContext context = RoleContext.open(
                folder, settled, pki, logConfig(settled), all, keyFile.orElse(folder.keyFile()), parts, stages);
        stages.say("Log at %s read up to revision %d"
                .formatted(kafka, context.image().current().revision(LiveImage.MAIN_SHARD)));
        return context;
    }

    /** How to speak to the log. Asks Kafka for its size if nobody has said how many replicas there should be. */
    KafkaLogConfig logConfig(ClusterSettings settled) {
        KafkaAccess access = KafkaConfigFile.access(kafka, kafkaConfig);
        short replicas = replication.orElseGet(() -> Replication.fitting(access));
        return new LogKeys(logKey.orElseGet(() -> home.home().logKeyFile()))
                .openOrMake(KafkaLogConfig.external(access, settled.cluster(), replicas));
    }

    /** Runs until the process is told to stop, then closes the parts. */
    static void stay(Closing parts) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        parts.onShutdown(stopped::countDown);
        stopped.await();
    }
}
