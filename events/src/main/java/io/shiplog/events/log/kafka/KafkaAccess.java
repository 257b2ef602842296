package io.shiplog.events.log.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * A Kafka cluster's address, the clients' connection settings, and the MAC of the cluster's records: every client takes its
 * settings from {@link #with}.
 *
 * @param bootstrap {@code host:port}, several separated by commas
 * @param security connection settings of kafka-clients, such as security.protocol, ssl.* and sasl.*; they override a client's
 *     own
 * @param mac the MAC of every written record, without which no record is accepted
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

    /** All properties of a client: its own settings, and the connection's. */
    public Map<String, Object> with(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        if (security.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "")
                .endsWith("SSL")) {
            all.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SharedTls.class);
        }
        all.putAll(security);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return all;
    }

    /** Without the settings, which contain keys and passwords. */
    @Override
    public String toString() {
        return bootstrap;
    }
}
