package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one partition from an offset on. Used by one thread at a time. The last poll is kept: seeking within it
 * does not query the broker again.
 */
final class PartitionReader implements AutoCloseable {
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    /** The records of the last poll, which end at the consumer's position. */
    private List<ConsumerRecord<byte[], byte[]>> last = List.of();
    /** How many of them have been returned or skipped. */
    private int taken;

    PartitionReader(Map<String, Object> properties, String topic) {
        this.partition = new TopicPartition(topic, 0);
        this.consumer = new KafkaConsumer<>(properties, new OwnBytes(), new OwnBytes());
        consumer.assign(List.of(partition));
    }

    void seek(long offset) {
        if (!last.isEmpty() && last.getFirst().offset() <= offset && offset <= consumer.position(partition)) {
            taken = 0;
            while (taken < last.size() && last.get(taken).offset() < offset) {
                taken++;
            }
        } else {
            last = List.of();
            taken = 0;
            consumer.seek(partition, offset);
        }
    }

    List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        if (taken == last.size()) {
            List<ConsumerRecord<byte[], byte[]>> polled = consumer.poll(timeout).records(partition);
            if (polled.isEmpty()) {
                return polled;
            }
            last = polled;
            taken = 0;
        }
        List<ConsumerRecord<byte[], byte[]>> next = last.subList(taken, last.size());
        taken = last.size();
        return next;
    }

    /** The offset of the next record, after gaps. */
    long position() {
        return taken < last.size() ? last.get(taken).offset() : consumer.position(partition);
    }

    /** The oldest offset in the log. */
    long begin() {
        try {
            return required(consumer.beginningOffsets(List.of(partition)).get(partition));
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot query the beginning of " + partition.topic(), e);
        }
    }

    /** The offset after the newest record. */
    long end() {
        try {
            return required(consumer.endOffsets(List.of(partition)).get(partition));
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot query the end of " + partition.topic(), e);
        }
    }

    private long required(@Nullable Long offset) {
        if (offset == null) {
            throw new LogUnavailableException("Kafka does not know the partition of " + partition.topic());
        }
        return offset;
    }

    /** Wakes a poll in another thread: the only method that other threads may call. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
    }

    /** Bytes decompressed for one record are used directly; bytes of a shared buffer are copied. */
    private static final class OwnBytes implements Deserializer<byte[]> {
        @Override
        public byte[] deserialize(String topic, byte[] data) {
            return data;
        }

        @Override
        @SuppressWarnings("ByteBufferBackingArray") // what backs it is asked first
        public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
            if (data == null) {
                return null;
            }
            boolean alone = data.hasArray()
                    && data.arrayOffset() == 0
                    && data.position() == 0
                    && data.array().length == data.remaining();
            return alone ? data.array() : Utils.toArray(data);
        }
    }
}
