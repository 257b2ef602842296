package io.shiplog.projections.kafka;

import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where data derived from the log is stored.
 *
 * @param kafka where it listens, and how to connect
 * @param cluster the Shiplog cluster: the topics are {@code <cluster>.snapshots}, {@code <cluster>.keyframes} and {@code
 *     <cluster>.index}
 * @param replicationFactor of topics that must be created: 1 for a single broker, else 3
 * @param refusal why nothing may be written now, empty if writing is allowed: for example an embedded broker's disk check
 */
public record KafkaStoreConfig(
        KafkaAccess kafka, String cluster, short replicationFactor, Supplier<Optional<String>> refusal) {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaStoreConfig.class);

    /** On the same brokers as a cluster's log. */
    public static KafkaStoreConfig beside(KafkaLogConfig log) {
        return new KafkaStoreConfig(log.kafka(), log.cluster(), log.replicationFactor(), log.refusal());
    }

    /** On a single broker. */
    public static KafkaStoreConfig singleBroker(KafkaAccess kafka, String cluster, Supplier<Optional<String>> refusal) {
        return new KafkaStoreConfig(kafka, cluster, (short) 1, refusal);
    }

    /** Says that a topic was not there; at a cluster's first start none is. */
    static void tellMade(boolean made, String topic) {
        if (made) {
            LOG.info("the topic {} was missing and is created; its content is rebuilt from the log", topic);
        }
    }

    String snapshots() {
        return cluster + ".snapshots";
    }

    String keyframes() {
        return cluster + ".keyframes";
    }

    String index() {
        return cluster + ".index";
    }
}
