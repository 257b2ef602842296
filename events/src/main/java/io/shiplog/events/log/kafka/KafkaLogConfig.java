package io.shiplog.events.log.kafka;

import java.security.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which Kafka cluster holds the log, and how to speak to it.
 *
 * @param kafka where it listens, and how to connect
 * @param cluster the Shiplog cluster: the topics are {@code <cluster>.<shard>}
 * @param replicationFactor of topics that must be made: 1 for a single broker, else 3
 * @param flushEachWrite whether topics that must be made are fsynced on each append: with one broker the only way to survive
 *     a power loss; with three, replication does it
 * @param deliveryTimeout how long an append may take, a broker's restart included, before it fails and kills its writer
 * @param readLease how long a writer may answer {@link io.shiplog.events.log.EventLog#end} from what it has read without
 *     asking Kafka again, and how long a new writer therefore stays silent (docs/adr/0103); zero asks Kafka every time
 * @param refusal why nothing may be written now, empty if all is well: as an embedded broker's look at its disk
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
     * Somebody else's Kafka. With replicas, every write is in the page caches of two machines before it is acknowledged; with a single
     * one, it is fsynced.
     *
     * @param replicationFactor of topics that must be made, see {@link Replication#fitting}
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

    /** The same with another limit on the time of an append. */
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
     * @param mac by which its records are recognized
     * @param key that signs heads; empty for a process that does not write
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
