package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** The way to the shards of one Shiplog cluster on one Kafka cluster. Close the logs before it. */
public final class KafkaCluster implements AutoCloseable {
    private final KafkaLogConfig config;
    private final Clock clock;
    private final Admin admin;

    private KafkaCluster(KafkaLogConfig config, Clock clock, Admin admin) {
        this.config = config;
        this.clock = clock;
        this.admin = admin;
    }

    /**
     * Makes clients for a Kafka cluster; it need not be up yet.
     *
     * @param clock for the times of claims and the age of what is cut
     * @throws LogUnavailableException if the address or the properties make no sense
     */
    public static KafkaCluster connect(KafkaLogConfig config, Clock clock) {
        try {
            return new KafkaCluster(config, clock, Admin.create(new ClientProperties(config).admin()));
        } catch (KafkaException e) {
            throw new LogUnavailableException(
                    "cannot reach Kafka at %s: %s".formatted(config.bootstrap(), e.getMessage()), e);
        }
    }

    /**
     * Opens a shard: makes its topic if it is missing, finds its end, and starts to follow it. Returns when everything that was
     * in the log at the call has been seen.
     *
     * @throws LogUnavailableException if Kafka does not answer within half a minute
     */
    public KafkaEventLog open(ShardConfig shard) {
        try {
            new Topics(admin, config).ensure(shard);
            return KafkaEventLog.open(shard, config, admin, clock);
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot open shard %s: %s".formatted(shard.name(), e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
