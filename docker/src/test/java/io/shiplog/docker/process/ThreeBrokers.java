package io.shiplog.docker.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A Kafka cluster of three brokers, each a process of its own that a test may kill and start again. */
public final class ThreeBrokers implements AutoCloseable {
    private static final int BROKERS = 3;

    private final Path directory;
    private final List<Integer> ports = ports();
    private final String controllers = ports().stream().map(String::valueOf).collect(Collectors.joining(","));
    private final List<@Nullable ChildProcess> brokers = new ArrayList<>();

    private ThreeBrokers(Path directory) {
        this.directory = directory;
        for (int id = 1; id <= BROKERS; id++) {
            brokers.add(null);
        }
    }

    private static List<Integer> ports() {
        return IntStream.range(0, BROKERS).map(i -> Ports.free()).boxed().toList();
    }

    /** Starts all three; returns when they take requests. */
    public static ThreeBrokers start(Path directory) throws InterruptedException {
        ThreeBrokers cluster = new ThreeBrokers(directory);
        cluster.start(1, 2, 3);
        return cluster;
    }

    /** Starts brokers that are not there, all at once: a controller alone waits for a second one. */
    public void start(int... ids) throws InterruptedException {
        List<ChildProcess> started = new ArrayList<>();
        for (int id : ids) {
            ChildProcess broker = ChildProcess.start(
                    KafkaNode.class,
                    List.of(
                            Integer.toString(id),
                            directory.resolve("kafka-" + id).toString(),
                            Integer.toString(ports.get(id - 1)),
                            controllers));
            brokers.set(id - 1, broker);
            started.add(broker);
        }
        for (ChildProcess broker : started) {
            broker.awaitLine("READY");
        }
    }

    /** SIGKILL. */
    public void kill(int... ids) throws InterruptedException {
        for (int id : ids) {
            ChildProcess broker = brokers.set(id - 1, null);
            if (broker != null) {
                broker.kill();
            }
        }
    }

    /** {@code host:port} of all three, with commas. */
    public String bootstrap() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    @Override
    public void close() throws InterruptedException {
        kill(1, 2, 3);
    }
}
