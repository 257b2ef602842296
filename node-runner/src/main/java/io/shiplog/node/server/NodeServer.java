package io.shiplog.node.server;

import com.sun.net.httpserver.HttpsExchange;
import io.shiplog.events.https.PartServer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.pod.LogSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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

    /** Finds the run of a container of this node whose log is requested. */
    @FunctionalInterface
    public interface Logs {
        /**
         * The run, or why there is none.
         *
         * @param previous the run before the current one
         * @return null if the pod is unknown here
         */
        @Nullable LogSource of(String namespace, String pod, String container, boolean previous);
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
    public static NodeServer start(String address, int port, SSLContext tls, ContainerEngine engine, Logs logs)
            throws IOException {
        return new NodeServer(PartServer.start(
                new InetSocketAddress(address, port),
                BACKLOG,
                tls,
                "/",
                new Door(engine, logs, new Semaphore(MAX_LOGS), new ConcurrentHashMap<>())::handle));
    }

    /** The listening port. */
    public int port() {
        return server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
    }

    private record Door(ContainerEngine engine, Logs logs, Semaphore places, Map<String, Thread> followers) {
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
            LogSource source = logs.of(parts[0], parts[1], parts[2], options.previous());
            if (source == null) {
                answer(exchange, 404, "pod \"%s\" not found\n".formatted(parts[1]));
                return;
            }
            String id = source.container();
            if (id == null) {
                answer(exchange, 400, source.refusal() + "\n");
                return;
            }
            if (engine.inspect(id).isEmpty()) {
                answer(exchange, 400, "unable to retrieve container logs for docker://" + id + "\n");
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
                stream(exchange, id, options);
            } finally {
                followers.remove(name, Thread.currentThread());
                places.release();
            }
        }

        private void stream(HttpsExchange exchange, String id, LogOptions options) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                LogCopy copy = new LogCopy(out, options);
                engine.logs(id, options.request(), copy);
            } catch (EngineException e) {
                LOG.warn("log of container {}: {}", id, e.getMessage());
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
