package io.shiplog.projections.snapshot.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the snapshots lie.
 *
 * @param bootstrap {@code host:port}, several with commas
 * @param cluster the Shiplog cluster: the topic is {@code <cluster>.snapshots}
 * @param clientProperties further kafka-clients properties, as security.protocol and ssl.*; they win over those set here
 * @param replicationFactor of the topic, if it must be made: 1 for a single broker, else 3
 * @param refusal why nothing may be written now, empty if all is well: as an embedded broker's look at its disk
 */
public record KafkaSnapshotConfig(
        String bootstrap,
        String cluster,
        Map<String, String> clientProperties,
        short replicationFactor,
        Supplier<Optional<String>> refusal) {
    public KafkaSnapshotConfig {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** On a single broker without further properties. */
    public static KafkaSnapshotConfig singleBroker(
            String bootstrap, String cluster, Supplier<Optional<String>> refusal) {
        return new KafkaSnapshotConfig(bootstrap, cluster, Map.of(), (short) 1, refusal);
    }

    String topic() {
        return cluster + ".snapshots";
    }
}
