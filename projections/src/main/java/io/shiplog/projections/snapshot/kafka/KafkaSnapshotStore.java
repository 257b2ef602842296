package io.shiplog.projections.snapshot.kafka;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Snapshots in a compacted topic with one partition. What stands behind the last checkpoint of a shard does not count: it
 * is a write that was cut short. Compaction waits an hour before it looks at a record, so that such a write does not take
 * away what it was about to replace; should that ever happen, the digest tells.
 *
 * <p>Clients are made for each use and closed after it: snapshots are rare, and idle clients cost memory.
 */
public final class KafkaSnapshotStore implements SnapshotStore {
    private static final Duration COMPACTION_LAG = Duration.ofHours(1);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Longest that one poll after another may bring nothing before a read is given up. */
    private static final Duration STALL = Duration.ofSeconds(20);

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);
    /** Kafka compacts closed segments only. */
    private static final int SEGMENT_BYTES = 64 * 1024 * 1024;

    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;

    private final KafkaSnapshotConfig config;
    private final TopicPartition partition;
    private final SnapshotCodec codec;
    /** Keys, by shard, of writes that were cut short: the next write must replace or remove them. */
    private final Map<String, Set<String>> uncommitted = new HashMap<>();

    private KafkaSnapshotStore(KafkaSnapshotConfig config) {
        this.config = config;
        this.partition = new TopicPartition(config.topic(), 0);
        this.codec = new SnapshotCodec(config.topic());
    }

    /**
     * Opens the store, and makes its topic if it is missing.
     *
     * @throws UnavailableException if Kafka cannot be reached
     */
    public static KafkaSnapshotStore open(KafkaSnapshotConfig config) {
        KafkaSnapshotStore store = new KafkaSnapshotStore(config);
        store.makeTopic();
        return store;
    }

    private void makeTopic() {
        NewTopic topic = new NewTopic(config.topic(), 1, config.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                        Long.toString(COMPACTION_LAG.toMillis())));
        try (Admin admin = Admin.create(properties())) {
            await(admin.createTopics(List.of(topic)).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new UnavailableException("the topic " + config.topic() + " cannot be made", e);
            }
        } catch (KafkaException e) {
            throw new UnavailableException("the topic " + config.topic() + " cannot be made", e);
        }
    }

    @Override
    public synchronized Map<String, Snapshot> load() {
        Map<String, Reading> readings = new LinkedHashMap<>();
        readAll(message -> {
            String key = SnapshotCodec.key(message);
            readings.computeIfAbsent(SnapshotCodec.shardOf(key), Reading::new).take(key, message);
        });
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
        try (Producer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>(put.size() + stale.size());
            stale.forEach(key -> sent.add(producer.send(codec.removal(key))));
            put.forEach(object -> sent.add(producer.send(codec.put(shard, object))));
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                await(each);
            }
            // Only now: a checkpoint stands for all that is before it.
            commit(producer, codec.checkpoint(checkpoint));
        } catch (ExecutionException | KafkaException e) {
            throw new UnavailableException("the snapshot of shard " + shard + " cannot be written", e);
        }
        uncommitted.remove(shard);
    }

    private static void commit(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> checkpoint)
            throws ExecutionException {
        Future<RecordMetadata> sent = producer.send(checkpoint);
        producer.flush();
        await(sent);
    }

    private Set<String> keysOf(String shard) {
        Set<String> keys = new HashSet<>();
        readAll(message -> {
            String key = SnapshotCodec.key(message);
            if (!SnapshotCodec.isCheckpoint(key) && SnapshotCodec.shardOf(key).equals(shard)) {
                if (message.value() == null) {
                    keys.remove(key);
                } else {
                    keys.add(key);
                }
            }
        });
        return keys;
    }

    private void readAll(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long progressNanos = System.nanoTime();
            while (consumer.position(partition) < end) {
                var batch = consumer.poll(POLL);
                batch.forEach(reader);
                long now = System.nanoTime();
                if (!batch.isEmpty()) {
                    progressNanos = now;
                } else if (now - progressNanos > STALL.toNanos()) {
                    throw new UnavailableException(
                            "the topic " + config.topic() + " gives no records", new TimeoutException());
                }
            }
        } catch (KafkaException e) {
            throw new UnavailableException("the topic " + config.topic() + " cannot be read", e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = properties();
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = properties();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(BUFFER_BYTES));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        properties.put("enable.metrics.push", "false");
        properties.putAll(config.clientProperties());
        return properties;
    }

    private static <T> void await(Future<T> future) throws ExecutionException {
        try {
            future.get(WRITE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted", e);
        } catch (TimeoutException e) {
            throw new UnavailableException("Kafka did not answer in " + WRITE_TIMEOUT, e);
        }
    }

    @Override
    public void close() {}
}
