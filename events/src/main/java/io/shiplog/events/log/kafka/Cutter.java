package io.shiplog.events.log.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Truncates a shard to its retention. Kafka's own retention would eventually remove the newest records as well, and with them
 * the current revision and epoch (docs/adr/0102).
 */
final class Cutter {
    private static final Logger LOG = LoggerFactory.getLogger(Cutter.class);
    private static final int CUTS_PER_RETENTION = 12;

    private final Admin admin;
    private final TopicPartition partition;
    private final Duration retention;
    private final Clock clock;
    private long nextNanos = System.nanoTime();

    Cutter(Admin admin, TopicPartition partition, Duration retention, Clock clock) {
        this.admin = admin;
        this.partition = partition;
        this.retention = retention;
        this.clock = clock;
    }

    /** Truncates if it is due. Does not wait for it. */
    void cutIfDue(Place place) {
        if (System.nanoTime() - nextNanos < 0) {
            return;
        }
        nextNanos = System.nanoTime() + retention.dividedBy(CUTS_PER_RETENTION).toNanos();
        cut(place);
    }

    private void cut(Place place) {
        long kept = place.offset() - LogWindow.RECORDS;
        if (kept <= 0) {
            return;
        }
        long from = clock.instant().minus(retention).toEpochMilli();
        admin.listOffsets(Map.of(partition, OffsetSpec.forTimestamp(from)))
                .partitionResult(partition)
                .toCompletionStage()
                .thenCompose(first -> {
                    long before = first.offset() < 0 ? kept : Math.min(first.offset(), kept);
                    return admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                            .all()
                            .toCompletionStage();
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("{} could not be truncated, will retry: {}", partition.topic(), failure.getMessage());
                    }
                });
    }
}
