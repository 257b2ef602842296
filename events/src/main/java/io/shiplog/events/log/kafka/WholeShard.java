package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** All records of a shard from the first to the current last, including unreadable ones. */
final class WholeShard {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_EMPTY_POLLS = 50;

    private final PartitionReader reader;

    WholeShard(PartitionReader reader) {
        this.reader = reader;
    }

    void feed(Auditor auditor) {
        long begin = reader.begin();
        long end = reader.end();
        if (begin > 0) {
            auditor.cut();
        }
        reader.seek(begin);
        long damagedFrom = -1;
        String why = "";
        int empty = 0;
        while (reader.position() < end) {
            long before = reader.position();
            try {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(POLL);
                empty = records.isEmpty() && reader.position() == before ? empty + 1 : 0;
                if (empty > MOST_EMPTY_POLLS) {
                    throw new LogUnavailableException("the broker gives no records from offset " + before + " on");
                }
                if (damagedFrom >= 0 && !records.isEmpty()) {
                    auditor.unreadable(damagedFrom, records.getFirst().offset() - 1, why);
                    damagedFrom = -1;
                }
                records.forEach(auditor::next);
            } catch (KafkaException e) {
                String damage = damage(e);
                if (damage == null) {
                    throw e;
                }
                if (damagedFrom < 0) {
                    damagedFrom = before;
                    why = damage;
                }
                // Kafka's checksum covers a batch: its records are skipped one by one up to a readable batch.
                reader.seek(reader.position() + 1);
            }
        }
        if (damagedFrom >= 0) {
            auditor.unreadable(damagedFrom, end - 1, why);
        }
    }

    /** The error in the bytes, or null for another failure: the consumer has no exception class for unparsable records. */
    private static @Nullable String damage(KafkaException failure) {
        return failure.getClass() == KafkaException.class || failure instanceof SerializationException
                ? "Kafka's own checksum does not fit"
                : null;
    }
}
