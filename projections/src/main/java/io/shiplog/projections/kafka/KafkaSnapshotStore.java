package io.shiplog.projections.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.SideTopic;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.Snapshot;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Snapshots in a compacted topic with one partition. Records after the last checkpoint of a shard do not count: they are an
 * interrupted write. Compaction waits minutes before it looks at a record, so that such a write does not remove what it was
 * about to replace; if it ever does, the digest detects it. Segments are small, because the newest one is never compacted and a
 * start reads whatever is left.
 */
public final class KafkaSnapshotStore implements SnapshotStore {
    private static final Duration COMPACTION_LAG = Duration.ofMinutes(5);
    private static final int SEGMENT_BYTES = 32 * 1024 * 1024;
    /** The share of a topic's bytes not yet compacted that triggers compaction. */
    private static final String DIRTY_RATIO = "0.2";

    private final SideTopic topic;
    private final SnapshotCodec codec;
    private final Supplier<Optional<String>> refusal;
    /** Keys, by shard, of interrupted writes: the next write must replace or remove them. */
    private final Map<String, Set<String>> uncommitted = new HashMap<>();

    private KafkaSnapshotStore(KafkaStoreConfig config) {
        this.topic = new SideTopic(config.kafka(), config.snapshots());
        this.codec = new SnapshotCodec(config.snapshots());
        this.refusal = config.refusal();
    }

    /**
     * Opens the store, and creates its topic if it is missing.
     *
     * @throws UnavailableException if Kafka cannot be reached
     */
    public static KafkaSnapshotStore open(KafkaStoreConfig config) {
        KafkaSnapshotStore store = new KafkaSnapshotStore(config);
        Map<String, String> settings = Map.of(
                TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                Long.toString(COMPACTION_LAG.toMillis()),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                DIRTY_RATIO,
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(SEGMENT_BYTES));
        available(() ->
                KafkaStoreConfig.tellMade(store.topic.make(config.replicationFactor(), settings), config.snapshots()));
        return store;
    }

    private static void available(Runnable use) {
        try {
            use.run();
        } catch (LogUnavailableException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public synchronized Map<String, Snapshot> load() {
        Map<String, Reading> readings = new LinkedHashMap<>();
        available(() -> topic.read(0, message -> {
            String key = SnapshotCodec.key(message);
            readings.computeIfAbsent(SnapshotCodec.shardOf(key), Reading::new).take(key, message);
        }));
        Map<String, Snapshot> snapshots = new HashMap<>();
        uncommitted.clear();
        readings.forEach((shard, reading) -> {
            uncommitted.put(shard, new HashSet<>(reading.pending.keySet()));
            reading.snapshot().ifPresent(snapshot -> snapshots.put(shard, snapshot));
        });
        return snapshots;
    }

    /** One shard's part of the topic, read in order: objects count from the next checkpoint on. */
    private static final class Reading {
        private final String shard;
        private final Map<String, SnapshotRecord> committed = new HashMap<>();
        private final Map<String, Optional<SnapshotRecord>> pending = new HashMap<>();
        private Optional<Checkpoint> checkpoint = Optional.empty();

        private Reading(String shard) {
            this.shard = shard;
        }

        private void take(String key, ConsumerRecord<byte[], byte[]> message) {
            if (!SnapshotCodec.isCheckpoint(key)) {
                pending.put(key, message.value() == null ? Optional.empty() : SnapshotCodec.object(key, message));
                return;
            }
            pending.forEach((object, state) ->
                    state.ifPresentOrElse(value -> committed.put(object, value), () -> committed.remove(object)));
            pending.clear();
            checkpoint = message.value() == null ? Optional.empty() : SnapshotCodec.checkpoint(shard, message);
        }

        private Optional<Snapshot> snapshot() {
            return checkpoint.map(found -> new Snapshot(found, new ArrayList<>(committed.values())));
        }
    }

    @Override
    public synchronized void write(
            Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed) {
        refusal.get().ifPresent(why -> {
            throw new UnavailableException(why);
        });
        String shard = checkpoint.shard();
        Set<String> stale = whole ? keysOf(shard) : new HashSet<>(uncommitted.getOrDefault(shard, Set.of()));
        removed.forEach(key -> stale.add(SnapshotCodec.objectKey(shard, key)));
        Set<String> touched = new HashSet<>(stale);
        put.forEach(object -> {
            String key = SnapshotCodec.objectKey(shard, object.key());
            stale.remove(key);
            touched.add(key);
        });
        uncommitted.put(shard, touched);
        available(() -> {
            topic.write(Stream.concat(
                    stale.stream().map(codec::removal), put.stream().map(object -> codec.put(shard, object))));
            // Last: a checkpoint covers everything before it.
            topic.write(Stream.of(codec.checkpoint(checkpoint)));
        });
        uncommitted.remove(shard);
    }

    private Set<String> keysOf(String shard) {
        Set<String> keys = new HashSet<>();
        available(() -> topic.read(0, message -> {
            String key = SnapshotCodec.key(message);
            if (!SnapshotCodec.isCheckpoint(key) && SnapshotCodec.shardOf(key).equals(shard)) {
                if (message.value() == null) {
                    keys.remove(key);
                } else {
                    keys.add(key);
                }
            }
        }));
        return keys;
    }

    @Override
    public void close() {}
}
