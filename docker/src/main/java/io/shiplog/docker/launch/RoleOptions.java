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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    /** Opens the log and replays it to its end, for a role that does not write. {@code parts} closes what is opened. */
    RoleContext enter(Closing parts, Stages stages) {
        return enter(parts, Shards.ALL, stages);
    }

    /** The same with these shards, for a role that writes them and enforces their retention. */
    RoleContext enter(Closing parts, List<ShardConfig> all, Stages stages) {
        ShiplogHome folder = home.home().create();
        ClusterSettings settled = settings.settle(folder);
        mustHaveAuthority(folder);
        ClusterPki pki = ClusterPki.open(folder.pki(), settled.cluster());
        RoleContext context = RoleContext.open(
                folder, settled, pki, logConfig(settled), all, keyFile.orElse(folder.keyFile()), parts, stages);
        stages.say("Log at %s read up to revision %d"
                .formatted(kafka, context.image().current().revision(LiveImage.MAIN_SHARD)));
        return context;
    }

    /** A role of an existing cluster has its keys: no other role would trust an authority that this one makes. */
    private void mustHaveAuthority(ShiplogHome folder) {
        Path log = logKey.orElseGet(folder::logKeyFile);
        if (Files.exists(log) && ClusterPki.isMissing(folder.pki())) {
            throw new IllegalStateException(
                    "%s exists, but the cluster's authority is missing in %s: copy ca.crt and ca.key from the pki folder of a role that runs. Nothing was changed."
                            .formatted(log, folder.pki()));
        }
    }

    /** The log's configuration. Queries Kafka for its size if the number of replicas is not set. */
    KafkaLogConfig logConfig(ClusterSettings settled) {
        KafkaAccess access = KafkaConfigFile.access(kafka, kafkaConfig);
        short replicas = replication.orElseGet(() -> Replication.fitting(access));
        return new LogKeys(logKey.orElseGet(() -> home.home().logKeyFile()))
                .openOrMake(KafkaLogConfig.external(access, settled.cluster(), replicas));
    }

    /** Runs until SIGTERM, then closes the parts. */
    static void stay(Closing parts) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        parts.onShutdown(stopped::countDown);
        stopped.await();
    }
}
