package io.shiplog.docker.launch;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cluster's shards, open. More shards are configuration, never code: this is where. */
final class Shards implements AutoCloseable {
    private static final List<ShardConfig> ALL =
            List.of(ShardConfig.events(), ShardConfig.leases(), ShardConfig.happenings());

    private final KafkaCluster kafka;
    private final Map<String, EventLog> logs = new LinkedHashMap<>();

    private Shards(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    /** Opens every shard, making topics that are missing. */
    static Shards open(KafkaLogConfig config, Clock clock) {
        Shards shards = new Shards(KafkaCluster.connect(config, clock));
        try {
            for (ShardConfig shard : ALL) {
                shards.logs.put(shard.name(), shards.kafka.open(shard));
            }
        } catch (RuntimeException e) {
            shards.close();
            throw e;
        }
        return shards;
    }

    Map<String, EventLog> logs() {
        return logs;
    }

    EventLog main() {
        EventLog log = logs.get(ShardConfig.events().name());
        if (log == null) {
            throw new IllegalStateException("the shards are closed");
        }
        return log;
    }

    @Override
    public void close() {
        logs.values().forEach(EventLog::close);
        kafka.close();
    }
}
