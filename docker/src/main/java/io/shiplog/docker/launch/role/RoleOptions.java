package io.shiplog.docker.launch.role;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.launch.cli.KafkaConfigFile;
import io.shiplog.docker.launch.cli.SettingsOptions;
import io.shiplog.docker.launch.node.Networking;
import io.shiplog.docker.launch.node.NodeNumbers;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.HomeKeys;
import io.shiplog.docker.pki.KeyPart;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.Replication;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.image.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every separate role: its cluster and its Kafka. */
final class RoleOptions {
    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "HOST:PORT",
            description = "bootstrap servers of the Kafka cluster with the log, separated by commas")
    private String kafka = "";

    @Option(names = "--kafka-config", paramLabel = "FILE", description = KafkaConfigFile.DESCRIPTION)
    private Optional<Path> kafkaConfig = Optional.empty();

    @Option(
            names = "--kafka-replication",
            paramLabel = "N",
            description = "replicas of new topics; with 1 every write is fsynced "
                    + "(default: 1 on a single broker, else 3)")
    private Optional<Short> replication = Optional.empty();

    /** The networking of this machine's pods, determined before anything is created or stored. */
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
                    "the key-encryption keys of encrypted objects (default: pki/secrets.key in the cluster's directory)")
    private Optional<Path> keyFile = Optional.empty();

    @Option(
            names = "--log-key",
            paramLabel = "FILE",
            description =
                    "the key of the MACs on the log's records (default: pki/log.key in the cluster's folder); beside it log-signing.key signs heads of the log")
    private Optional<Path> logKey = Optional.empty();

    /**
     * Opens the log and replays it to its end, for a role that does not write. {@code parts} closes what is opened.
     *
     * @param needed the role's keys
     */
    RoleContext enter(Closing parts, Set<KeyPart> needed, Stages stages) {
        return enter(parts, needed, false, Shards.ALL, stages);
    }

    /** The same with these shards, for a role that writes them and enforces their retention, and may make lost keys again. */
    RoleContext enter(Closing parts, Set<KeyPart> needed, boolean acceptLoss, List<ShardConfig> all, Stages stages) {
        ShiplogHome folder = home.home().create();
        ClusterSettings settled = settings.settle(folder);
        KafkaLogConfig log = external(settled);
        // Decided before any key is made: keys of a role that is refused would be taken for the cluster's later.
        boolean exists = logKeys().isMade(log);
        ClusterPki pki = new HomeKeys(folder.pki(), logKeyFile())
                .open(settled.cluster(), needed, new HomeKeys.Start(exists, acceptLoss), stages::say);
        RoleContext context = RoleContext.open(
                folder, settled, pki, logKeys().openOrMake(log), all, keyFile.orElse(folder.keyFile()), parts, stages);
        stages.say("Log at %s read up to revision %d"
                .formatted(kafka, context.image().current().revision(Image.MAIN_SHARD)));
        return context;
    }

    /** The log's configuration. Queries Kafka for its size if the number of replicas is not set. */
    KafkaLogConfig logConfig(ClusterSettings settled) {
        return logKeys().openOrMake(external(settled));
    }

    private KafkaLogConfig external(ClusterSettings settled) {
        KafkaAccess access = KafkaConfigFile.access(kafka, kafkaConfig);
        short replicas = replication.orElseGet(() -> Replication.fitting(access));
        return KafkaLogConfig.external(access, settled.cluster(), replicas);
    }

    private LogKeys logKeys() {
        return new LogKeys(logKeyFile());
    }

    private Path logKeyFile() {
        return logKey.orElseGet(() -> home.home().logKeyFile());
    }

    /** Runs until SIGTERM, then closes the parts. */
    static void stay(Closing parts) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        parts.onShutdown(stopped::countDown);
        stopped.await();
    }
}
