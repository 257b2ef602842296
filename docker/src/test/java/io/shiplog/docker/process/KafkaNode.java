package io.shiplog.docker.process;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One of three stock Kafka brokers and controllers, as a user's own Kafka would be: with Kafka's defaults but for what makes three of
 * them fit on a small machine, and fail over soon.
 *
 * <p>Arguments: node id, directory, client port, the controllers' ports with commas. Prints {@code READY} when it takes requests.
 */
final class KafkaNode {
    private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qk";
    private static final String LISTENER = "CONTROLLER";

    private KafkaNode() {}

    public static void main(String[] args) throws Exception {
        int id = Integer.parseInt(args[0]);
        Path directory = Path.of(args[1]);
        format(id, directory);
        KafkaRaftServer server = new KafkaRaftServer(
                new KafkaConfig(properties(id, directory, args[2], args[3].split(",")), false), Time.SYSTEM);
        server.startup();
        System.out.println("READY");
        new CountDownLatch(1).await();
    }

    private static void format(int id, Path directory) throws Exception {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(directory);
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(CLUSTER_ID)
                .setNodeId(id)
                .setDirectories(List.of(directory.toString()))
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName(LISTENER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private static Map<String, String> properties(int id, Path directory, String port, String[] controllers) {
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(id));
        all.put("log.dirs", directory.toString());
        all.put("controller.listener.names", LISTENER);
        all.put("controller.quorum.voters", "1@127.0.0.1:%s,2@127.0.0.1:%s,3@127.0.0.1:%s".formatted((Object[])
                        controllers));
        all.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%s,%s://127.0.0.1:%s".formatted(port, LISTENER, controllers[id - 1]));
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + LISTENER + ":PLAINTEXT");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "3");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        all.put("broker.session.timeout.ms", "3000");
        all.put("broker.heartbeat.interval.ms", "500");
        return all;
    }
}
