package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Audit.Witness;
import io.shiplog.events.log.EventLog.BatchReader;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.Signers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The shards of one Shiplog cluster on one Kafka cluster. Close the logs before it. */
public final class KafkaCluster implements AutoCloseable {
    private final KafkaLogConfig config;
    private final Clock clock;
    private final Admin admin;

    private KafkaCluster(KafkaLogConfig config, Clock clock, Admin admin) {
        this.config = config;
        this.clock = clock;
        this.admin = admin;
    }

    /**
     * Creates clients for a Kafka cluster; it need not be up yet.
     *
     * @param clock for the times of claims and the retention
     * @throws LogUnavailableException if the address or the properties are invalid
     */
    public static KafkaCluster connect(KafkaLogConfig config, Clock clock) {
        try {
            return new KafkaCluster(config, clock, Admin.create(new ClientProperties(config).admin()));
        } catch (KafkaException e) {
            throw new LogUnavailableException(
                    "cannot reach Kafka at %s: %s".formatted(config.kafka(), e.getMessage()), e);
        }
    }

    /**
     * Opens a shard: creates its topic if it is missing, finds its end, and starts to follow it. Returns when everything that
     * was in the log at the call has been read.
     *
     * @throws LogUnavailableException if Kafka does not answer within half a minute
     */
    public KafkaEventLog open(ShardConfig shard) {
        try {
            new Topics(admin, config).ensure(shard);
            return KafkaEventLog.open(shard, config, admin, clock);
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot open shard %s: %s".formatted(shard.name(), e.getMessage()), e);
        }
    }

    /**
     * Reads a shard from its first record to its last at the call, and verifies each link of its hash chain.
     *
     * @param witnesses links stored elsewhere: only they detect a completely rewritten past
     * @param signers the public keys for the heads in the log; none: signatures are not checked
     * @param counted receives every event that counts, in order, on the caller's thread
     * @throws LogUnavailableException if Kafka does not answer, or has no such shard
     */
    public Audit audit(ShardConfig shard, List<Witness> witnesses, Signers signers, BatchReader counted) {
        String topic = config.topic(shard.name());
        if (!new Topics(admin, config).exists(shard)) {
            throw new LogUnavailableException("there is no topic %s at %s".formatted(topic, config.kafka()));
        }
        Auditor auditor = new Auditor(
                shard.name(),
                new RecordCodec(
                        config.cluster(), shard.name(), topic, config.kafka().mac()),
                witnesses,
                signers,
                counted);
        Map<String, Object> properties = new ClientProperties(config).pastReader(shard.name());
        try (PartitionReader reader = new PartitionReader(properties, topic)) {
            new WholeShard(reader).feed(auditor);
        } catch (KafkaException e) {
            throw new LogUnavailableException("%s cannot be read: %s".formatted(topic, e.getMessage()), e);
        }
        return auditor.finished();
    }

    /**
     * Prepares to write another log's past into a shard, after its existing events. Creates its topic if it is missing.
     *
     * @throws LogUnavailableException if Kafka does not answer, or the topic has only records that do not count
     */
    public LogCopy copy(ShardConfig shard) {
        Place end;
        try (KafkaEventLog log = open(shard)) {
            end = log.place();
        }
        if (end.offset() > 0 && end.revision() == 0) {
            throw new LogUnavailableException(
                    "the topic %s is not empty, and has no event that counts".formatted(config.topic(shard.name())));
        }
        String topic = config.topic(shard.name());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                new ClientProperties(config).producer(shard.name(), config.deliveryTimeout()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        return new KafkaLogCopy(
                shard.name(),
                new RecordCodec(
                        config.cluster(), shard.name(), topic, config.kafka().mac()),
                producer,
                admin,
                new TopicPartition(topic, 0),
                end);
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
