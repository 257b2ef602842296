package io.shiplog.docker.bench;

import io.shiplog.docker.bench.HttpConnection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Connections that send the largest bodies that a server takes, one after the other, until they are closed: what other clients feel of them is
 * what is measured.
 */
final class HeavyLoad implements AutoCloseable {
    /** Keys without values: a ConfigMap's limit counts values only, so the size of a request is what bounds them. */
    private static final int KEYS = 100_000;

    private final List<HttpConnection> connections = new ArrayList<>();
    private final ExecutorService workers = Load.threads();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean open = true;

    private HeavyLoad() {}

    /** Starts a number of connections; none is a load that does nothing. */
    static HeavyLoad start(Target target, String namespace, int count) throws IOException {
        HeavyLoad load = new HeavyLoad();
        for (int i = 0; i < count; i++) {
            HttpConnection connection = target.connect();
            load.connections.add(connection);
            String name = "heavy-" + i;
            load.workers.execute(() -> load.work(connection, namespace, name));
        }
        return load;
    }

    private void work(HttpConnection connection, String namespace, String name) {
        String collection = "/api/v1/namespaces/" + namespace + "/configmaps";
        String data = IntStream.range(0, KEYS)
                .mapToObj(key -> "\"k" + key + "\":\"\"")
                .collect(Collectors.joining(","));
        try {
            for (int number = 0; open; number++) {
                byte[] body = """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s-%d"},"data":{%s}}""".formatted(name, number, data).getBytes(StandardCharsets.UTF_8);
                Answer answer = connection.send("POST", collection, "application/json", body);
                (answer.good() ? taken : refused).incrementAndGet();
                connection.send("DELETE", collection + "/" + name + "-" + number, "", new byte[0]);
            }
        } catch (IOException e) {
            if (open) {
                throw new IllegalStateException("a heavy connection was lost", e);
            }
        }
    }

    /** How many bodies were accepted and refused, in words. */
    String summary() {
        return "heavy bodies meanwhile: %d taken, %d refused".formatted(taken.get(), refused.get());
    }

    @Override
    public void close() {
        open = false;
        connections.forEach(HttpConnection::close);
        workers.close();
    }
}
