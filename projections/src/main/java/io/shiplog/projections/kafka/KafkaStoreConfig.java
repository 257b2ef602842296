package io.shiplog.projections.kafka;

import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where that lies which is derived from the log.
 *
 * @param bootstrap {@code host:port}, several with commas
 * @param cluster the Shiplog cluster: the topics are {@code <cluster>.snapshots}, {@code <cluster>.keyframes} and {@code
 *     <cluster>.index}
 * @param clientProperties further kafka-clients properties, as security.protocol and ssl.*; they win over those set here
 * @param replicationFactor of topics that must be made: 1 for a single broker, else 3
 * @param refusal why nothing may be written now, empty if all is well: as an embedded broker's look at its disk
 */
public record KafkaStoreConfig(
        String bootstrap,
        String cluster,
        Map<String, String> clientProperties,
        short replicationFactor,
        Supplier<Optional<String>> refusal) {
    public KafkaStoreConfig {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Beside a cluster's log, on the same brokers. */
    public static KafkaStoreConfig beside(KafkaLogConfig log) {
        return new KafkaStoreConfig(
                log.bootstrap(), log.cluster(), log.clientProperties(), log.replicationFactor(), log.refusal());
    }

    /** On a single broker without further properties. */
    public static KafkaStoreConfig singleBroker(String bootstrap, String cluster, Supplier<Optional<String>> refusal) {
        return new KafkaStoreConfig(bootstrap, cluster, Map.of(), (short) 1, refusal);
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
