package io.shiplog.docker.launch.assembly;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.seal.Seal;
import io.shiplog.events.seal.SealedLog;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The cluster's shards, opened. More shards are configuration, not code: here. */
public final class Shards implements AutoCloseable {
    /** The shards of every cluster, the main one first. */
    public static final List<ShardConfig> ALL =
            List.of(ShardConfig.events(), ShardConfig.leases(), ShardConfig.eventObjects());

    private final Closing parts = new Closing();
    private final Map<String, EventLog> logs = new LinkedHashMap<>();

    private Shards() {}

    /** Opened shards, the main one first; closed with this. */
    public static Shards of(List<? extends EventLog> logs) {
        Shards shards = new Shards();
        logs.forEach(log -> shards.logs.put(log.shard(), shards.parts.with(log)));
        return shards;
    }

    /**
     * Opens every shard in its stored form, creating missing topics. For processes that do not write: only a writer enforces
     * the retention.
     */
    public static Shards open(KafkaLogConfig config, Clock clock) {
        return open(config, ALL, UnaryOperator.identity(), clock);
    }

    /** Opens the shards through a seal, creating missing topics. The retention applies to shards that this process writes. */
    public static Shards open(KafkaLogConfig config, List<ShardConfig> all, Seal seal, Clock clock) {
        return open(config, all, log -> new SealedLog(log, seal), clock);
    }

    private static Shards open(KafkaLogConfig config, List<ShardConfig> all, UnaryOperator<EventLog> as, Clock clock) {
        Shards shards = new Shards();
        try {
            KafkaCluster kafka = shards.parts.with(KafkaCluster.connect(config, clock));
            shards.openAll(all, shard -> as.apply(kafka.open(shard)));
        } catch (RuntimeException e) {
            shards.close();
            throw e;
        }
        return shards;
    }

    /** Opening a shard is mostly waiting for the broker: all are opened concurrently. */
    private void openAll(List<ShardConfig> all, Function<ShardConfig, EventLog> opening) {
        Map<String, Future<EventLog>> opened = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(shard -> opened.put(shard.name(), threads.submit(() -> opening.apply(shard))));
        }
        opened.values().stream()
                .filter(log -> log.state() == Future.State.SUCCESS)
                .forEach(log -> parts.with(log.resultNow()));
        opened.forEach((shard, log) -> {
            if (log.state() == Future.State.FAILED) {
                throw log.exceptionNow() instanceof RuntimeException why
                        ? why
                        : new IllegalStateException("cannot open shard " + shard, log.exceptionNow());
            }
            logs.put(shard, log.resultNow());
        });
    }

    /** The shards by name, the main one first. */
    public Map<String, EventLog> logs() {
        return logs;
    }

    /**
     * The shard of everything but Leases and Events.
     *
     * @throws IllegalStateException if it is closed
     */
    public EventLog main() {
        EventLog log = logs.get(ShardConfig.events().name());
        if (log == null) {
            throw new IllegalStateException("the shards are closed");
        }
        return log;
    }

    @Override
    public void close() {
        parts.close();
    }
}
