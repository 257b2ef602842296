package io.shiplog.docker.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import io.shiplog.docker.pki.KafkaPki;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/** Kafka's settings for one small broker: the differences from Kafka's defaults, with reasons. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String CLIENT_LISTENER = "CLIENTS";
    /** Above the largest object that the API accepts (3 MiB), with its headers. */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private static final int MIB = 1 << 20;

    /** One in so many of the process's file descriptors is for connections of clients. */
    private static final int SHARE_OF_DESCRIPTORS = 8;

    private static final int FEWEST_CONNECTIONS = 128;
    private static final int MOST_CONNECTIONS = 1_024;
    /** Of the controller: its clients are the broker itself and tools. */
    private static final int CONTROLLER_CONNECTIONS = 64;

    private BrokerProperties() {}

    static Map<String, String> of(EmbeddedBrokerConfig config, int port, int controllerPort) {
        Map<String, String> all = new LinkedHashMap<>();
        addresses(all, config, port, controllerPort);
        closed(all, config);
        bounded(all, config);
        alone(all);
        small(all);
        quick(all);
        all.put("log.dirs", config.directory().toString());
        all.put("auto.create.topics.enable", "false");
        all.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        all.put("log.retention.ms", "-1");
        all.put("log.retention.bytes", "-1");
        return Map.copyOf(all);
    }

    private static void addresses(Map<String, String> all, EmbeddedBrokerConfig config, int port, int controllerPort) {
        String clients = CLIENT_LISTENER + "://" + config.host() + ":" + port;
        String controller = config.host() + ":" + controllerPort;
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(NODE_ID));
        all.put("controller.quorum.voters", NODE_ID + "@" + controller);
        all.put("controller.listener.names", CONTROLLER_LISTENER);
        all.put("listeners", clients + "," + CONTROLLER_LISTENER + "://" + controller);
        all.put("advertised.listeners", clients);
        all.put("inter.broker.listener.name", CLIENT_LISTENER);
        all.put("listener.security.protocol.map", CLIENT_LISTENER + ":SSL," + CONTROLLER_LISTENER + ":SSL");
    }

    /**
     * Every listener requires a certificate of the broker's own authority, on loopback too, and everything not granted is
     * denied.
     *
     * @see <a href="https://kafka.apache.org/documentation/#security_authz">Authorization and ACLs</a>
     */
    private static void closed(Map<String, String> all, EmbeddedBrokerConfig config) {
        Map<String, String> tls = new LinkedHashMap<>(config.pki().cluster());
        tls.remove("security.protocol");
        all.putAll(tls);
        all.put("ssl.cipher.suites", "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384");
        all.put("ssl.client.auth", "required");
        // No mapping rules: a principal is the certificate's full subject.
        all.put("authorizer.class.name", StandardAuthorizer.class.getName());
        all.put("super.users", KafkaPki.superUser());
        all.put("allow.everyone.if.no.acl.found", "false");
    }

    /**
     * A connection holds a file descriptor before it shows a certificate, and a broker without descriptors halts its process. At the
     * limit further connections wait until one is closed. One that is silent is closed: Kafka has no limit of its own on the time
     * of a handshake.
     *
     * @see <a href="https://kafka.apache.org/documentation/#brokerconfigs_max.connections">max.connections</a>
     */
    private static void bounded(Map<String, String> all, EmbeddedBrokerConfig config) {
        all.put("connections.max.idle.ms", Long.toString(config.idle().toMillis()));
        all.put("max.connections", Integer.toString(connections()));
        all.put(
                "listener.name." + CONTROLLER_LISTENER.toLowerCase(Locale.ROOT) + ".max.connections",
                Integer.toString(CONTROLLER_CONNECTIONS));
    }

    /** How many connections the broker accepts in this process. */
    static int connections() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? connections(unix.getMaxFileDescriptorCount())
                : MOST_CONNECTIONS;
    }

    static int connections(long descriptors) {
        return (int) Math.clamp(descriptors / SHARE_OF_DESCRIPTORS, FEWEST_CONNECTIONS, MOST_CONNECTIONS);
    }

    /** There is no second broker to replicate to. */
    private static void alone(Map<String, String> all) {
        all.put("offsets.topic.replication.factor", "1");
        all.put("offsets.topic.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("default.replication.factor", "1");
        all.put("min.insync.replicas", "1");
    }

    /** All of Shiplog, this broker included, fits into 450 MiB: Kafka's defaults are for dedicated machines. */
    private static void small(Map<String, String> all) {
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "2");
        all.put("background.threads", "1");
        all.put("num.replica.fetchers", "1");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.put("queued.max.requests", "64");
        all.put("group.coordinator.threads", "1");
        all.put("share.coordinator.threads", "1");
        all.put("log.cleaner.threads", "1");
        all.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * MIB));
        all.put("log.cleaner.io.buffer.size", Integer.toString(MIB / 4));
        all.put("log.index.size.max.bytes", Integer.toString(MIB));
        // Each entry of an index dirties a page that the next flush writes.
        all.put("log.index.interval.bytes", Integer.toString(MIB / 32));
        all.put("offsets.load.buffer.size", Integer.toString(MIB));
        all.put("transaction.state.log.load.buffer.size", Integer.toString(MIB));
        all.put("max.incremental.fetch.session.cache.slots", "64");
        all.put("metric.reporters", "");
        all.put("telemetry.max.bytes", Integer.toString(MIB / 16));
    }

    /** No waiting for further members of a group, or for further brokers. */
    private static void quick(Map<String, String> all) {
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("controlled.shutdown.enable", "true");
        all.put("controller.quorum.election.timeout.ms", "200");
        all.put("controller.quorum.election.backoff.max.ms", "100");
        all.put("controller.quorum.append.linger.ms", "0");
        // After a crash the controller readmits the broker only when its former session has timed out.
        all.put("broker.session.timeout.ms", "1500");
        all.put("broker.heartbeat.interval.ms", "250");
    }
}
