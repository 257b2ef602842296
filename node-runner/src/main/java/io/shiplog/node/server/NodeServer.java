package io.shiplog.node.server;

import io.shiplog.events.https.PartServer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.pod.status.LogSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's HTTPS server. Each request has a connection and a virtual thread; a followed log or a stream keeps both until it ends. */
public final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
    private static final String LOGS = "/containerLogs/";
    private static final String FOLLOWERS = "/followers/";
    /** By this name a request can be ended with {@code DELETE /followers/NAME}: the server sees only at the next line that a client left. */
    private static final String FOLLOWER = "shiplog-follower";

    private static final int LOG_PATH_PARTS = 3;
    /** Logs that are read at once: each takes a connection to the engine, which pods need too. */
    static final int MAX_LOGS = 192;

    private final Connections connections;

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

    private NodeServer(Connections connections) {
        this.connections = connections;
    }

    /**
     * Starts listening.
     *
     * @param port 0 for any free one
     * @param tls requires client certificates from the cluster's authority
     * @throws IOException if the port is taken
     */
    public static NodeServer start(
            String address,
            int port,
            SSLContext tls,
            ContainerEngine engine,
            Logs logs,
            RunningPods running,
            NodeView view)
            throws IOException {
        StreamDoor streams = new StreamDoor(engine, running);
        Door door = new Door(
                engine,
                logs,
                streams,
                new ProxyDoor(running, address, streams::every),
                new NodeDoor(view),
                new Semaphore(MAX_LOGS),
                new ConcurrentHashMap<>());
        return new NodeServer(Connections.open(
                new InetSocketAddress(address, port), tls, PartServer.connections(), door::handle, streams));
    }

    /** The listening port. */
    public int port() {
        return connections.port();
    }

    @Override
    public void close() {
        connections.close();
    }

    private record Door(
            ContainerEngine engine,
            Logs logs,
            StreamDoor streams,
            ProxyDoor proxies,
            NodeDoor node,
            Semaphore places,
            Map<String, Thread> followers) {
        void handle(Conversation conversation) throws IOException {
            String path = conversation.head().path();
            String method = conversation.head().method();
            if (!node.allows(conversation)) {
                conversation.answer(403, "Forbidden (user=" + conversation.caller() + ")\n");
            } else if (conversation.head().header(RequestHead.PROXY) != null) {
                proxies.handle(conversation);
            } else if (method.equals("DELETE")
                    && path.startsWith(FOLLOWERS)
                    && !ProxyDoor.isPassedOn(conversation.head())) {
                Thread follower = followers.remove(path.substring(FOLLOWERS.length()));
                if (follower != null) {
                    follower.interrupt();
                }
                conversation.answer(follower == null ? 404 : 200, "");
            } else if (!method.equals("GET")) {
                conversation.answer(405, "method not allowed\n");
            } else if (path.startsWith(LOGS)) {
                logs(conversation, path.substring(LOGS.length()).split("/", -1));
            } else if (path.equals("/logs") || path.startsWith("/logs/")) {
                conversation.answer(405, "logs endpoint is disabled.\n"); // as by enableSystemLogHandler: false
            } else if (!node.handle(conversation) && !streams.handle(conversation)) {
                conversation.answer(404, "404 page not found\n");
            }
        }

        private void logs(Conversation conversation, String[] parts) throws IOException {
            if (parts.length != LOG_PATH_PARTS) {
                conversation.answer(404, "404 page not found\n");
                return;
            }
            LogOptions options;
            try {
                options = LogOptions.parse(conversation.head().rawQuery(), java.time.Instant.now());
            } catch (IllegalArgumentException e) {
                conversation.answer(400, e.getMessage() + "\n");
                return;
            }
            LogSource source = logs.of(parts[0], parts[1], parts[2], options.previous());
            if (source == null) {
                conversation.answer(404, "pod \"%s\" not found\n".formatted(parts[1]));
                return;
            }
            String id = source.container();
            if (id == null) {
                conversation.answer(400, source.refusal() + "\n");
                return;
            }
            if (engine.inspect(id).isEmpty()) {
                conversation.answer(400, "unable to retrieve container logs for docker://" + id + "\n");
                return;
            }
            if (!places.tryAcquire()) {
                conversation.answer(429, "too many logs of this node are read now, please try again later\n");
                return;
            }
            String follower = conversation.head().header(FOLLOWER);
            String name = follower == null ? "" : follower;
            followers.put(name, Thread.currentThread());
            try {
                stream(conversation, id, options);
            } finally {
                followers.remove(name, Thread.currentThread());
                places.release();
            }
        }

        private void stream(Conversation conversation, String id, LogOptions options) throws IOException {
            try (OutputStream out = LogSocket.isAsked(conversation.head())
                    ? LogSocket.open(conversation)
                    : conversation.body("text/plain")) {
                LogCopy copy = new LogCopy(out, options);
                engine.logs(id, options.request(), copy);
            } catch (EngineException e) {
                LOG.warn("log of container {}: {}", id, e.getMessage());
            }
        }
    }
}
