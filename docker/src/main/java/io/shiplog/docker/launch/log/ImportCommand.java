package io.shiplog.docker.launch.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.AddressOptions;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.launch.cli.KafkaConfigFile;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.transfer.EventFile;
import io.shiplog.events.log.CloudEventLine;
import io.shiplog.events.log.kafka.ShardConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports an exported log as a cluster's log. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Import an exported log into a cluster: same events, same revisions, same hash chain. The cluster must not run, and its log must be empty, or hold the beginning of the file: then it resumes from there. A new directory takes the name from the file; networks other than the defaults must be given. A new directory signs with a key of its own: with --public-key './shiplog verify' there also checks what the source cluster signed; it can be given later, by the same command again."
        },
        footer = {
            "",
            "Example:",
            "  SHIPLOG_HOME=~/restored ./shiplog import shiplog.jsonl --public-key log-signing.pub"
        })
public final class ImportCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(paramLabel = "FILE", description = "as './shiplog export' printed it")
    private Path file = Path.of("");

    @Option(
            names = "--into",
            paramLabel = "HOST:PORT|FOLDER",
            description = "a Kafka, or the directory of a cluster (default: this cluster's directory)")
    private Optional<String> into = Optional.empty();

    @Option(names = "--into-config", paramLabel = "FILE", description = "for a Kafka: " + KafkaConfigFile.DESCRIPTION)
    private Optional<Path> intoConfig = Optional.empty();

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "the source cluster's pki/log-signing.pub, from that cluster itself: its signatures in the log are trusted from now on")
    private Optional<Path> publicKey = Optional.empty();

    @Mixin
    private AddressOptions addresses = new AddressOptions();

    @Override
    public Integer call() throws IOException {
        ClusterSettings settings = settings();
        String where = into.orElse(home.home().folder().toString());
        try (TargetKafka target = TargetKafka.open(
                        where, intoConfig, settings, new LogKeys(home.home().logKeyFile()));
                BufferedReader lines = Files.newBufferedReader(file)) {
            publicKey.ifPresent(each -> target.trust(LogKeys.signers(each)));
            EventFile.Read read = EventFile.read(lines, settings.cluster(), target::copy);
            // A shard without events has a topic too: without it, the log would be incomplete.
            Shards.ALL.stream()
                    .map(ShardConfig::name)
                    .filter(shard -> !read.copied().containsKey(shard))
                    .forEach(target::copy);
            target.seals(read.sealed());
            CopyReport.keys(
                    target.bring(read.keys()), target, "HOME_OF_THE_EXPORTED_CLUSTER/pki/secrets.key", System.out);
            return CopyReport.proven(read.copied(), target, System.out) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    /** The stored settings; in a new directory the file determines the cluster's name. */
    private ClusterSettings settings() throws IOException {
        Optional<ClusterSettings> there = ClusterSettings.read(home.home());
        if (there.isPresent()) {
            return AddressOptions.unchanged(home.home(), there.get(), addresses.on(there.get()));
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String first = lines.readLine();
            if (first == null) {
                throw new IllegalArgumentException(file + " is empty");
            }
            String cluster = CloudEventLine.read(first.getBytes(UTF_8)).cluster();
            ClusterSettings defaults = ClusterSettings.DEFAULT;
            return addresses.on(
                    new ClusterSettings(cluster, defaults.port(), defaults.podCidr(), defaults.serviceCidr()));
        }
    }
}
