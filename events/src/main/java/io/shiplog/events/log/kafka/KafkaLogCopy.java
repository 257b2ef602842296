package io.shiplog.events.log.kafka;

import io.shiplog.events.log.ChainWalk;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.SignedHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes events unchanged after those of a topic. A claim of their epoch, without an address, is written before the first of
 * each epoch, so that they count by the rules of every log (docs/adr/0102).
 */
final class KafkaLogCopy implements LogCopy {
    private final RecordCodec codec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final TopicPartition partition;
    private final String shard;
    private final ChainWalk walk;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private boolean empty;
    private long epoch;
    private boolean cut;

    /** @param from the end of the topic */
    KafkaLogCopy(
            String shard,
            RecordCodec codec,
            KafkaProducer<byte[], byte[]> producer,
            Admin admin,
            TopicPartition partition,
            Place from) {
        this.shard = shard;
        this.codec = codec;
        this.producer = producer;
        this.admin = admin;
        this.partition = partition;
        this.empty = from.offset() == 0;
        this.epoch = from.epoch();
        this.walk = empty
                ? ChainWalk.anywhere(shard)
                : ChainWalk.behind(shard, from.revision(), from.epoch(), from.chain());
    }

    @Override
    public long revision() {
        return walk.revision();
    }

    @Override
    public String chain() {
        return walk.chain();
    }

    @Override
    public void write(List<Event> events) {
        for (Event event : events) {
            walk.to(event);
            if (empty && event.revision() > 1) {
                // The claim is written twice: the topic is truncated between the two, so that no reader mistakes it for
                // complete.
                claim(event);
                cut = true;
            }
            if (event.epoch() > epoch || cut && empty) {
                claim(event);
            }
            empty = false;
            send(codec.encode(event));
        }
    }

    /** The claim of the epoch is repeated, to store the head. */
    @Override
    public void head(SignedHead head) {
        if (!empty && head.revision() <= walk.revision()) {
            claim(epoch, head.time(), head);
        }
    }

    private void claim(Event event) {
        epoch = event.epoch();
        claim(epoch, event.time(), null);
    }

    private void claim(long claimed, Instant time, @Nullable SignedHead head) {
        send(codec.encode(new Claim(claimed, "", time), shard + "/copied/" + claimed, Duration.ZERO, head));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record, (metadata, failed) -> {
                if (failed != null) {
                    failure.compareAndSet(null, failed);
                }
            });
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
        check();
    }

    private void check() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new LogUnavailableException(
                    "cannot write to %s: %s".formatted(partition.topic(), failed.getMessage()), failed);
        }
    }

    @Override
    public void flush() {
        producer.flush();
        check();
        if (cut) {
            cut = false;
            try {
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1)))
                        .all()
                        .get();
            } catch (ExecutionException e) {
                throw new LogUnavailableException("cannot cut %s: %s".formatted(partition.topic(), e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogUnavailableException("interrupted while cutting " + partition.topic(), e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
