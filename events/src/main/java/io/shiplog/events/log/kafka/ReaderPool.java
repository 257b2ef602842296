package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Consumers for reads of the past: one is kept, because creating one costs more than most reads. */
final class ReaderPool implements AutoCloseable, Supplier<PartitionReader> {
    private final Map<String, Object> properties;
    private final String topic;
    private @Nullable PartitionReader spare;
    private boolean closed;

    ReaderPool(Map<String, Object> properties, String topic) {
        this.properties = properties;
        this.topic = topic;
    }

    /** A new reader, owned by the caller. */
    @Override
    public PartitionReader get() {
        return new PartitionReader(properties, topic);
    }

    private synchronized PartitionReader take() {
        PartitionReader taken = spare;
        spare = null;
        return taken == null ? get() : taken;
    }

    /**
     * Lends a reader.
     *
     * @throws LogUnavailableException if Kafka cannot be reached
     */
    <T> T use(Function<PartitionReader, T> work) {
        PartitionReader reader = take();
        try {
            return work.apply(reader);
        } catch (KafkaException e) {
            throw new LogUnavailableException("%s cannot be read: %s".formatted(topic, e.getMessage()), e);
        } finally {
            giveBack(reader);
        }
    }

    private synchronized void giveBack(PartitionReader reader) {
        if (spare == null && !closed) {
            spare = reader;
        } else {
            reader.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (spare != null) {
            spare.close();
            spare = null;
        }
    }
}
