package io.shiplog.docker.launch.log;

import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.KafkaConfigFile;
import io.shiplog.docker.launch.cli.PointConverter;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.docker.transfer.Copying;
import io.shiplog.docker.transfer.Copying.Copied;
import io.shiplog.docker.transfer.Stretch;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.history.ScannedHistory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds a cluster's log elsewhere. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Rebuild this cluster's log elsewhere: same events, same revisions, same hash chain. Nothing acts on it meanwhile.",
            "An interrupted replay resumes where it stopped. A target with any other content is refused."
        },
        footer = {
            "",
            "Examples:",
            "  ./shiplog replay --into kafka-1:9093 --into-config client.properties",
            "  ./shiplog replay --into ~/yesterday --to 2026-11-21T22:00:00Z"
        })
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--into",
            required = true,
            paramLabel = "HOST:PORT|FOLDER",
            description = "a Kafka, or a directory for a cluster (its own $SHIPLOG_HOME)")
    private String into = "";

    @Option(names = "--into-config", paramLabel = "FILE", description = "for a Kafka: " + KafkaConfigFile.DESCRIPTION)
    private Optional<Path> intoConfig = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "REVISION|TIME",
            converter = PointConverter.class,
            description = "the last event (default: the newest)")
    private Optional<Point> to = Optional.empty();

    @Override
    public Integer call() {
        if (new ShiplogHome(Path.of(into)).equals(source.home())) {
            throw new IllegalArgumentException("a log cannot be replayed into itself");
        }
        try (Closing parts = new Closing()) {
            KafkaLogConfig config = source.open(parts);
            Map<String, EventLog> logs =
                    parts.with(Shards.open(config, Clock.systemUTC())).logs();
            Stretch stretch = Stretch.of(logs, parts.with(new ScannedHistory(logs)), Optional.empty(), to);
            TargetKafka target = parts.with(TargetKafka.open(
                    into,
                    intoConfig,
                    source.settings(),
                    new LogKeys(source.home().logKeyFile())));
            target.trust(new LogKeys(source.home().logKeyFile()).signers());
            Map<String, Copied> copied = new LinkedHashMap<>();
            for (EventLog log : logs.values()) {
                copied.put(log.shard(), Copying.copy(log, stretch.of(log.shard()), target.copy(log.shard())));
            }
            CopyReport.keys(
                    target.bring(KafkaKeyStore.open(config).newest()),
                    target,
                    source.home().pki().resolve("secrets.key").toString(),
                    System.out);
            return CopyReport.proven(copied, target, System.out) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
