package io.shiplog.events.log.kafka;

import java.security.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The Kafka cluster with the log, and how to connect.
 *
 * @param kafka where it listens, and how to connect
 * @param cluster the Shiplog cluster: the topics are {@code <cluster>.<shard>}
 * @param replicationFactor of new topics: 1 for a single broker, else 3
 * @param flushEachWrite whether new topics are fsynced on each append: with one broker the only way to survive a power loss;
 *     with three, replication does it
 * @param deliveryTimeout how long an append may take, a broker's restart included, before it fails and ends its writer
 * @param readLease how long a writer may answer {@link io.shiplog.events.log.EventLog#end} without querying Kafka again, and
 *     how long a new writer therefore stays silent (docs/adr/0103); zero queries Kafka every time
 * @param refusal why nothing may be written now, empty if writing is allowed: for example an embedded broker's disk check
 * @param signer the Ed25519 key that signs heads of the log in claims; empty for processes that only read
 */
public record KafkaLogConfig(
        KafkaAccess kafka,
        String cluster,
        short replicationFactor,
        boolean flushEachWrite,
        Duration deliveryTimeout,
        Duration readLease,
        Supplier<Optional<String>> refusal,
        Optional<PrivateKey> signer) {
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_LEASE = Duration.ofMillis(250);

    /** A single broker, as the embedded one: every write is fsynced. */
    public static KafkaLogConfig singleBroker(KafkaAccess kafka, String cluster, Supplier<Optional<String>> refusal) {
        return new KafkaLogConfig(
                kafka, cluster, (short) 1, true, DELIVERY_TIMEOUT, READ_LEASE, refusal, Optional.empty());
    }

    /**
     * An external Kafka. With replicas, every write is in the page caches of two machines before it is acknowledged; with a
     * single one, it is fsynced.
     *
     * @param replicationFactor of new topics, see {@link Replication#fitting}
     */
    public static KafkaLogConfig external(KafkaAccess kafka, String cluster, short replicationFactor) {
        return new KafkaLogConfig(
                kafka,
                cluster,
                replicationFactor,
                replicationFactor == 1,
                DELIVERY_TIMEOUT,
                READ_LEASE,
                Optional::empty,
                Optional.empty());
    }

    /** The same with another append timeout. */
    public KafkaLogConfig withDeliveryTimeout(Duration timeout) {
        return new KafkaLogConfig(
                kafka, cluster, replicationFactor, flushEachWrite, timeout, readLease, refusal, signer);
    }

    /** The same with another read lease. */
    public KafkaLogConfig withReadLease(Duration lease) {
        return new KafkaLogConfig(
                kafka, cluster, replicationFactor, flushEachWrite, deliveryTimeout, lease, refusal, signer);
    }

    /**
     * The same with the cluster's keys.
     *
     * @param mac recognizes its records
     * @param key signs heads; empty for a process that does not write
     */
    public KafkaLogConfig withKeys(RecordMac mac, Optional<PrivateKey> key) {
        return new KafkaLogConfig(
                kafka.withMac(mac),
                cluster,
                replicationFactor,
                flushEachWrite,
                deliveryTimeout,
                readLease,
                refusal,
                key);
    }

    String topic(String shard) {
        return cluster + "." + shard;
    }
}
