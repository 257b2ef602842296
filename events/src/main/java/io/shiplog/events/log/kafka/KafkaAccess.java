package io.shiplog.events.log.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where a Kafka cluster listens, and what its clients need to connect and to recognize the records of their cluster: every client
 * of ours takes its settings from {@link #with}.
 *
 * @param bootstrap {@code host:port}, several with commas
 * @param security connection settings of kafka-clients, such as security.protocol, ssl.* and sasl.*; they win over a client's own
 * @param mac the MAC on every record that is written, without which no record is accepted
 */
public record KafkaAccess(String bootstrap, Map<String, String> security, RecordMac mac) {
    public KafkaAccess {
        security = Map.copyOf(security);
    }

    /** Without MACs on records. */
    public KafkaAccess(String bootstrap, Map<String, String> security) {
        this(bootstrap, security, RecordMac.NONE);
    }

    /** The same with MACs on records. */
    public KafkaAccess withMac(RecordMac other) {
        return new KafkaAccess(bootstrap, security, other);
    }

    /** Without encryption or authentication. */
    public static KafkaAccess plaintext(String bootstrap) {
        return new KafkaAccess(bootstrap, Map.of());
    }

    /** All properties of a client: its own settings, and those that connect it. */
    public Map<String, Object> with(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(security);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return all;
    }

    /** Without the settings, which hold keys and passwords. */
    @Override
    public String toString() {
        return bootstrap;
    }
}
