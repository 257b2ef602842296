package io.shiplog.events.seal.kafka;

import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.SideTopic;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in the topic {@code <cluster>.keys}. As durable as the log: losing a key loses its objects. Kafka removes the older
 * records of a key within a day; nothing relies on that.
 */
public final class KafkaKeyStore implements KeyStore {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaKeyStore.class);
    private static final Duration COMPACTED_WITHIN = Duration.ofDays(1);

    private final SideTopic topic;
    private final KeyRecordCodec codec;

    private KafkaKeyStore(SideTopic topic, String name) {
        this.topic = topic;
        this.codec = new KeyRecordCodec(name);
    }

    /**
     * Opens the keys of a cluster, creating their topic if it is missing.
     *
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if Kafka cannot be reached
     */
    public static KafkaKeyStore open(KafkaLogConfig config) {
        String name = config.cluster() + ".keys";
        SideTopic topic = new SideTopic(config.kafka(), name);
        topic.make(config.replicationFactor(), settings(config));
        return new KafkaKeyStore(topic, name);
    }

    private static Map<String, String> settings(KafkaLogConfig config) {
        Map<String, String> settings = new HashMap<>();
        settings.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(COMPACTED_WITHIN.toMillis()));
        if (config.flushEachWrite()) {
            settings.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        }
        if (config.replicationFactor() > 1) {
            settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        return settings;
    }

    @Override
    public long read(long from, Consumer<KeyRecord> reader) {
        return topic.read(from, message -> decode(message, reader));
    }

    private void decode(ConsumerRecord<byte[], byte[]> message, Consumer<KeyRecord> reader) {
        KeyRecord record;
        try {
            record = codec.decode(message);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "the record at offset {} of {} is not a key: {}",
                    message.offset(),
                    message.topic(),
                    e.getMessage());
            return;
        }
        reader.accept(record);
    }

    @Override
    public void write(List<KeyRecord> records) {
        topic.write(records.stream().map(codec::encode));
    }
}
