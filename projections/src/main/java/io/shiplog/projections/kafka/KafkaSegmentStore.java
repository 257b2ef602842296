package io.shiplog.projections.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.SideTopic;
import io.shiplog.projections.history.index.SegmentStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Segments of the index in a compacted topic: key {@code shard/number}, value the segment's bytes. */
public final class KafkaSegmentStore implements SegmentStore {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final SideTopic topic;
    private final String name;

    private final short replicationFactor;
    private final Supplier<Optional<String>> refusal;
    private boolean made;

    /** The store of a cluster. Its topic is created at its first use, if it is missing: starts do not wait for it. */
    public KafkaSegmentStore(KafkaStoreConfig config) {
        this.name = config.index();
        this.topic = new SideTopic(config.kafka(), name);
        this.replicationFactor = config.replicationFactor();
        this.refusal = config.refusal();
    }

    private void requireSpace() {
        refusal.get().ifPresent(why -> {
            throw new LogUnavailableException(why);
        });
    }

    private synchronized void make() {
        if (!made) {
            KafkaStoreConfig.tellMade(topic.make(replicationFactor, Map.of()), name);
            made = true;
        }
    }

    @Override
    public Map<Long, byte[]> load(String shard) {
        make();
        Map<Long, byte[]> segments = new HashMap<>();
        String prefix = shard + "/";
        topic.read(0, message -> {
            String key = message.key() == null ? "" : new String(message.key(), UTF_8);
            if (message.value() != null
                    && key.startsWith(prefix)
                    && NUMBER.matcher(key.substring(prefix.length())).matches()) {
                segments.put(Long.parseLong(key.substring(prefix.length())), message.value());
            }
        });
        return segments;
    }

    @Override
    public void write(String shard, long number, byte[] segment) {
        requireSpace();
        make();
        byte[] key = (shard + "/" + number).getBytes(UTF_8);
        topic.write(Stream.of(new ProducerRecord<>(name, 0, key, segment)));
    }

    @Override
    public void close() {}
}
