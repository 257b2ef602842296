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
 * A topic of one partition that keeps the newest record of each key. Clients are made for each use and closed after it: uses are
 * rare, and idle clients cost memory. A topic that was made here holds objects of any size that the log holds.
 */
public final class CompactedTopic {
    private static final Duration POLL = Duration.ofMillis(500);
    /** Longest that one poll after another may bring nothing before a read is given up. */
    private static final Duration STALL = Duration.ofSeconds(20);

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);
    private static final int BATCH_BYTES = 256 << 10;
    private static final int BUFFER_BYTES = 8 << 20;
    /** Kafka compacts closed segments only. */
    private static final int SEGMENT_BYTES = 64 << 20;

    private final String bootstrap;
    private final Map<String, String> clientProperties;
    private final String name;
    private final TopicPartition partition;

    /**
     * @param bootstrap {@code host:port}, several with commas
     * @param clientProperties further kafka-clients properties; they win over those set here
     */
    public CompactedTopic(String bootstrap, Map<String, String> clientProperties, String name) {
        this.bootstrap = bootstrap;
        this.clientProperties = Map.copyOf(clientProperties);
        this.name = name;
        this.partition = new TopicPartition(name, 0);
    }

    /**
     * Makes the topic if it is missing; one that is there stays as it is.
     *
     * @param settings of the topic, beside those of every compacted one
     * @throws LogUnavailableException if Kafka does not do it
     */
    public void make(short replicationFactor, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        all.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES));
        all.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(ClientProperties.MAX_RECORD_BYTES));
        try (Admin admin = Admin.create(properties())) {
            await(admin.createTopics(List.of(new NewTopic(name, 1, replicationFactor).configs(all)))
                    .all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new LogUnavailableException("the topic " + name + " cannot be made", e);
            }
        } catch (KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be made", e);
        }
    }

    /**
     * Hands over, in order, what stands behind an offset at the moment of the call.
     *
     * @return the offset behind the last record
     * @throws LogUnavailableException if Kafka does not give it
     */
    public long read(long from, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            consumer.seek(partition, from);
            long position = from;
            long progressNanos = System.nanoTime();
            while (position < end) {
                var batch = consumer.poll(POLL);
                batch.forEach(reader);
                position = consumer.position(partition);
                long now = System.nanoTime();
                if (!batch.isEmpty()) {
                    progressNanos = now;
                } else if (now - progressNanos > STALL.toNanos()) {
                    throw new LogUnavailableException("the topic " + name + " gives no records");
                }
            }
            return Math.max(from, position);
        } catch (KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be read", e);
        }
    }

    /**
     * Writes records in this order, and returns when all are durable.
     *
     * @throws LogUnavailableException if that does not succeed; some may be there then
     */
    public void write(Stream<ProducerRecord<byte[], byte[]>> records) {
        try (Producer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(each -> sent.add(producer.send(each)));
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                await(each);
            }
        } catch (ExecutionException | KafkaException e) {
            throw new LogUnavailableException("the topic " + name + " cannot be written", e);
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
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ClientProperties.MAX_RECORD_BYTES);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(BUFFER_BYTES));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put("enable.metrics.push", "false");
        properties.putAll(clientProperties);
        return properties;
    }

    private <T> void await(Future<T> future) throws ExecutionException {
        try {
            future.get(WRITE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while using the topic " + name, e);
        } catch (TimeoutException e) {
            throw new LogUnavailableException("Kafka did not answer in " + WRITE_TIMEOUT, e);
        }
    }
}
