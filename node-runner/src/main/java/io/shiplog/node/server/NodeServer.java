package io.shiplog.node.server;

import com.sun.net.httpserver.HttpsExchange;
import io.shiplog.events.https.PartServer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's HTTPS server. Each request has a virtual thread; a followed log keeps it until the client stops. */
public final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
    private static final String LOGS = "/containerLogs/";
    private static final String FOLLOWERS = "/followers/";
    /** By this name a request can be ended with {@code DELETE /followers/NAME}: the server sees only at the next line that a client left. */
    private static final String FOLLOWER = "Shiplog-Follower";

    private static final int BACKLOG = 128;
    /** Logs that are read at once: each takes a connection to the engine, which pods need too. */
    static final int MAX_LOGS = 192;

    private final PartServer server;

    /** Finds the runs of a container of this node. */
    @FunctionalInterface
    public interface Runs {
        /** The oldest run first; null if the pod is unknown here. */
        @Nullable List<Container> of(String namespace, String pod, String container);
    }

    private NodeServer(PartServer server) {
        this.server = server;
    }

    /**
     * Starts listening.
     *
     * @param port 0 for any free one
     * @param tls requires client certificates from the cluster's authority
     * @throws IOException if the port is taken
     */
    public static NodeServer start(String address, int port, SSLContext tls, ContainerEngine engine, Runs runs)
            throws IOException {
        return new NodeServer(PartServer.start(
                new InetSocketAddress(address, port),
                BACKLOG,
                tls,
                "/",
                new Door(engine, runs, new Semaphore(MAX_LOGS), new ConcurrentHashMap<>())::handle));
    }

    /** The listening port. */
    public int port() {
        return server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
    }

    private record Door(ContainerEngine engine, Runs runs, Semaphore places, Map<String, Thread> followers) {
        void handle(HttpsExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            String caller = exchange.getSSLSession().getPeerPrincipal().getName();
            if (!Callers.allowed(caller)) {
                answer(exchange, 403, "Forbidden (user=" + caller + ")\n");
            } else if (exchange.getRequestMethod().equals("DELETE") && path.startsWith(FOLLOWERS)) {
                Thread follower = followers.remove(path.substring(FOLLOWERS.length()));
                if (follower != null) {
                    follower.interrupt();
                }
                answer(exchange, follower == null ? 404 : 200, "");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                answer(exchange, 405, "method not allowed\n");
            } else if (path.equals("/healthz")) {
                answer(exchange, 200, "ok");
            } else if (path.startsWith(LOGS)) {
                logs(exchange, path.substring(LOGS.length()).split("/", -1));
            } else {
                answer(exchange, 404, "404 page not found\n");
            }
        }

        private void logs(HttpsExchange exchange, String[] parts) throws IOException {
            if (parts.length != 3) {
                answer(exchange, 404, "404 page not found\n");
                return;
            }
            LogOptions options;
            try {
                options = LogOptions.parse(exchange.getRequestURI().getRawQuery(), java.time.Instant.now());
            } catch (IllegalArgumentException e) {
                answer(exchange, 400, e.getMessage() + "\n");
                return;
            }
            List<Container> found = runs.of(parts[0], parts[1], parts[2]);
            if (found == null) {
                answer(exchange, 404, "pod \"%s\" not found\n".formatted(parts[1]));
                return;
            }
            Container run = options.choose(found);
            if (run == null) {
                answer(
                        exchange,
                        400,
                        options.previous()
                                ? "previous terminated container \"%s\" in pod \"%s\" not found\n"
                                        .formatted(parts[2], parts[1])
                                : "container \"%s\" in pod \"%s\" is waiting to start: ContainerCreating\n"
                                        .formatted(parts[2], parts[1]));
                return;
            }
            if (!places.tryAcquire()) {
                answer(exchange, 429, "too many logs of this node are read now, please try again later\n");
                return;
            }
            String follower = exchange.getRequestHeaders().getFirst(FOLLOWER);
            String name = follower == null ? "" : follower;
            followers.put(name, Thread.currentThread());
            try {
                stream(exchange, run, options);
            } finally {
                followers.remove(name, Thread.currentThread());
                places.release();
            }
        }

        private void stream(HttpsExchange exchange, Container run, LogOptions options) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                LogCopy copy = new LogCopy(out, options);
                engine.logs(run.id(), options.request(), copy);
            } catch (EngineException e) {
                LOG.warn("log of {}: {}", run.name(), e.getMessage());
            }
        }

        private static void answer(HttpsExchange exchange, int code, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
