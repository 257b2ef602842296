package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
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
 * One partition of a topic besides the log. Clients are created for each use and closed after it: uses are rare, and idle
 * clients cost memory. A topic created here accepts objects of any size that the log accepts.
 */
public final class SideTopic {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration FETCH_WAIT = Duration.ofMillis(10);
    /** The timeout of a read without an answer or without records. */
    private static final Duration STALL = Duration.ofSeconds(20);

    private static final String FOR_EVER = "-1";
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);
    private static final int BATCH_BYTES = 256 << 10;
    private static final int BUFFER_BYTES = 8 << 20;
    /** Kafka compacts closed segments only. */
    private static final int SEGMENT_BYTES = 64 << 20;

    private final KafkaAccess kafka;
    private final String name;
    private final TopicPartition partition;
    private final Quarantine quarantine;

    /** The range of offsets of written records. */
    public record Written(long from, long to) {}

    /** The first partition of a topic. */
    public SideTopic(KafkaAccess kafka, String name) {
        this(kafka, name, 0);
    }

    /** Any partition of a topic. */
    public SideTopic(KafkaAccess kafka, String name, int partition) {
        this.kafka = kafka;
        this.name = name;
        this.partition = new TopicPartition(name, partition);
        this.quarantine = new Quarantine(name);
    }

    /**
     * Creates the topic if it is missing, with one partition that keeps the newest record of each key; an existing one is not
     * changed.
     *
     * @param settings of the topic, in addition to those of every compacted one
     * @return whether it was missing
     * @throws LogUnavailableException if Kafka does not create it
     */
    public boolean make(short replicationFactor, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        all.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES));
        return make(new NewTopic(name, 1, replicationFactor), all);
    }

    /**
     * Creates the topic if it is missing, with partitions that keep every record forever; an existing one is not changed.
     *
     * @return whether it was missing
     * @throws LogUnavailableException if Kafka does not create it
     */
    public boolean makeForEver(int partitions, short replicationFactor) {
        Map<String, String> all = new HashMap<>();
        all.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        all.put(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER);
        all.put(TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER);
        return make(new NewTopic(name, partitions, replicationFactor), all);
    }

    private boolean make(NewTopic topic, Map<String, String> settings) {
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(ClientProperties.MAX_RECORD_BYTES));
        try (Admin admin = Admin.create(properties(Map.of()))) {
            // A read-only client may not create topics, not even existing ones.
            if (await(admin.listTopics().names()).contains(name)) {
                return false;
            }
            await(admin.createTopics(List.of(topic.configs(settings))).all());
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new LogUnavailableException("the topic " + name + " cannot be made", e);
            }
            return false;
        } catch (KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be made", e);
        }
    }

    /**
     * Passes on, in order, the records of this cluster after an offset at the moment of the call.
     *
     * @return the offset after the last record
     * @throws LogUnavailableException if Kafka does not return them
     */
    public long read(long from, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        return read(from, Long.MAX_VALUE, reader);
    }

    /** The same up to before an offset. */
    public long read(long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            long end = Math.min(to, consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L));
            consumer.seek(partition, from);
            long position = from;
            long progressNanos = System.nanoTime();
            while (position < end) {
                var batch = consumer.poll(POLL);
                batch.forEach(record -> {
                    if (record.offset() < end && isGenuine(record)) {
                        reader.accept(record);
                    }
                });
                position = consumer.position(partition);
                long now = System.nanoTime();
                if (!batch.isEmpty()) {
                    progressNanos = now;
                } else if (now - progressNanos > STALL.toNanos()) {
                    throw new LogUnavailableException("the topic " + name + " gives no records");
                }
            }
            return Math.max(from, Math.min(position, end));
        } catch (KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be read", e);
        }
    }

    private boolean isGenuine(ConsumerRecord<byte[], byte[]> record) {
        boolean genuine = kafka.mac().isGenuine(record);
        if (!genuine) {
            quarantine.add(
                    record.offset(), "no process of this cluster wrote it: someone else can write to this topic");
        }
        return genuine;
    }

    /**
     * Writes records in this order, and returns when all are durable. They must be of this partition.
     *
     * @return their offsets; others may be between them, if there is another writer
     * @throws LogUnavailableException if that does not succeed; some may be written then
     */
    public Written write(Stream<ProducerRecord<byte[], byte[]>> records) {
        try (Producer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(each -> sent.add(producer.send(kafka.mac().sign(each))));
            producer.flush();
            long first = 0;
            long last = -1;
            for (Future<RecordMetadata> each : sent) {
                last = await(each).offset();
                first = each.equals(sent.getFirst()) ? last : first;
            }
            return new Written(first, last + 1);
        } catch (ExecutionException | KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be written", e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(STALL.toMillis()));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(STALL.toMillis()));
        // The fetch after the last record, for which closing waits, returns soon.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Long.toString(FETCH_WAIT.toMillis()));
        return new KafkaConsumer<>(properties(properties), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ClientProperties.MAX_RECORD_BYTES);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(BUFFER_BYTES));
        return new KafkaProducer<>(properties(properties), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties(Map<String, Object> own) {
        Map<String, Object> properties = new HashMap<>(own);
        properties.put("enable.metrics.push", "false");
        return kafka.with(properties);
    }

    private <T> T await(Future<T> future) throws ExecutionException {
        try {
            return future.get(WRITE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while using the topic " + name, e);
        } catch (TimeoutException e) {
            throw new LogUnavailableException("Kafka did not answer in " + WRITE_TIMEOUT, e);
        }
    }
}
