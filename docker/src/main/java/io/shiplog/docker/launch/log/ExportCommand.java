package io.shiplog.docker.launch.log;

import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.PointConverter;
import io.shiplog.docker.transfer.EventFile;
import io.shiplog.docker.transfer.Stretch;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyRecordJson;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.history.ScannedHistory;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The log as lines of text. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Print the log, one line per event: a CloudEvent in structured JSON mode, with revision, epoch and link of the hash chain. Between the events are the heads of the chain that the cluster signed: './shiplog verify --file' checks them.",
            "Encrypted objects stay encrypted. Their data keys follow the events, wrapped: only the cluster's current key file unwraps them."
        },
        footer = {"", "Example:", "  ./shiplog export > shiplog.jsonl"})
public final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 20;

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--from",
            paramLabel = "REVISION|TIME",
            converter = PointConverter.class,
            description = "the first event (default: the oldest)")
    private Optional<Point> from = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "REVISION|TIME",
            converter = PointConverter.class,
            description = "the last event (default: the newest)")
    private Optional<Point> to = Optional.empty();

    @Override
    public Integer call() throws IOException {
        try (Closing parts = new Closing();
                OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES)) {
            KafkaLogConfig config = source.open(parts);
            Map<String, EventLog> logs =
                    parts.with(Shards.open(config, Clock.systemUTC())).logs();
            Stretch stretch = Stretch.of(logs, parts.with(new ScannedHistory(logs)), from, to);
            Set<String> keyIds = new TreeSet<>();
            for (EventLog log : logs.values()) {
                keyIds.addAll(EventFile.write(config.cluster(), log, stretch.of(log.shard()), config.signer(), out));
            }
            EventFile.write(config.cluster(), keys(config, keyIds), out);
        }
        return ExitCode.OK;
    }

    /** Those keys, after the key-encryption key in force. */
    private static List<KeyRecord> keys(KafkaLogConfig config, Set<String> ids) {
        return ids.isEmpty()
                ? List.of()
                : KafkaKeyStore.open(config).newest().stream()
                        .filter(key -> key instanceof KeyRecord.InForce || ids.contains(KeyRecordJson.name(key)))
                        .toList();
    }
}
