package io.shiplog.node.stream;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to ports of a pod over SPDY: for each a stream of data and a stream for why there is none.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/cri-streaming/pkg/streaming/portforward/httpstream.go">portforward</a>
 */
public final class PortForward {
    private static final Logger LOG = LoggerFactory.getLogger(PortForward.class);
    private static final int PIECE_BYTES = 32 * 1024;
    private static final int MAX_PORT = 65_535;
    /** Connections at once of one forward. */
    static final int MAX_CONNECTIONS = 128;

    /** Streams that wait for their other half. */
    private static final int MAX_HALVES = 64;

    private static final int MAX_REQUEST_ID_CHARACTERS = 32;

    private final SpdyConnection connection;
    private final String pod;
    private final Dialer dialer;
    private final Map<String, Pair> pairs = new HashMap<>();
    private final java.util.Set<Socket> open = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final Semaphore own = new Semaphore(MAX_CONNECTIONS);
    private final Places places;
    private volatile long active = System.nanoTime();
    private volatile boolean over;

    /** Connects to a port as a process of the pod would, at localhost. */
    @FunctionalInterface
    public interface Dialer {
        /** @throws IOException if nothing listens */
        Socket dial(int port) throws IOException;
    }

    /** Limits the connections of all forwards of a node. */
    public interface Places {
        /** Takes a place, or says false. */
        boolean enter();

        /** Gives back a place that was taken. */
        void leave();
    }

    private static final class Pair {
        private SpdyConnection.@Nullable Stream data;
        private SpdyConnection.@Nullable Stream error;
        private final CompletableFuture<Socket> socket = new CompletableFuture<>();

        boolean isWhole() {
            return data != null && error != null;
        }
    }

    private PortForward(SpdyConnection connection, String pod, Dialer dialer, Places places) {
        this.connection = connection;
        this.pod = pod;
        this.dialer = dialer;
        this.places = places;
    }

    /**
     * Serves connections until the client closes, and closes them.
     *
     * @param places how many connections its user may have on the node
     * @param idle a forward without bytes in either direction for this long is cut
     */
    public static void run(
            SpdyConnection connection,
            String pod,
            Dialer dialer,
            Places places,
            CommandStream.Pulse pulse,
            Duration idle) {
        PortForward forward = new PortForward(connection, pod, dialer, places);
        AutoCloseable pinging = pulse.every(() -> forward.ping(idle));
        try {
            connection.read(forward::opened);
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.toString());
        } finally {
            CommandStream.close(pinging);
            forward.cut();
        }
    }

    /** Ends everything: what waits for the client or for the pod, too. */
    private void cut() {
        over = true;
        connection.close();
        open.forEach(PortForward::close);
    }

    private void ping(Duration idle) {
        try {
            if (System.nanoTime() - active > idle.toNanos()) {
                cut();
            } else {
                connection.ping();
            }
        } catch (IOException e) {
            cut();
        }
    }

    private SpdyConnection.Receiver opened(SpdyConnection.Stream stream, Map<String, String> headers) {
        boolean data = headers.getOrDefault("streamtype", "").equals("data");
        String request = headers.getOrDefault(
                "requestid", Integer.toString(data ? stream.id() - 2 : stream.id())); // clients before 1.4 number none
        if (request.length() > MAX_REQUEST_ID_CHARACTERS || pairs.size() >= MAX_HALVES) {
            LOG.debug("a client opens streams that belong to no connection");
            cut();
            return new Nothing();
        }
        Pair pair = pairs.computeIfAbsent(request, id -> new Pair());
        if (data) {
            pair.data = stream;
        } else {
            pair.error = stream;
        }
        if (pair.isWhole()) {
            pairs.remove(request);
            int port = port(headers.getOrDefault("port", ""));
            Thread.ofVirtual().start(() -> forwardInPlace(pair, port));
        }
        return data ? new Sink(pair) : new Nothing();
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void forwardInPlace(Pair pair, int port) {
        if (!own.tryAcquire()) {
            forward(pair, port, "%d connections are open".formatted(MAX_CONNECTIONS));
            return;
        }
        try {
            if (!places.enter()) {
                forward(pair, port, "too many connections to pods of this node are open");
                return;
            }
            try {
                forward(pair, port, null);
            } finally {
                places.leave();
            }
        } finally {
            own.release();
        }
    }

    /** @param full why no connection may be opened; null if one may */
    private void forward(Pair pair, int port, @Nullable String full) {
        SpdyConnection.Stream data = pair.data;
        SpdyConnection.Stream error = pair.error;
        if (data == null || error == null) {
            throw new IllegalStateException("a pair has two streams");
        }
        try {
            Socket socket;
            try {
                if (full != null) {
                    throw new SocketException(full);
                }
                if (port == 0) {
                    throw new SocketException("the port must be between 1 and 65535");
                }
                socket = dialer.dial(port);
            } catch (IOException e) {
                pair.socket.completeExceptionally(e);
                refuse(data, error, port, e);
                return;
            }
            open.add(socket);
            if (over) {
                close(socket);
            }
            try (socket) {
                pair.socket.complete(socket);
                byte[] piece = new byte[PIECE_BYTES];
                for (int n = socket.getInputStream().read(piece);
                        n >= 0;
                        n = socket.getInputStream().read(piece)) {
                    active = System.nanoTime();
                    data.write(piece, n);
                }
            } catch (SocketException e) {
                LOG.debug("a forwarded connection was reset: {}", e.toString());
            } finally {
                open.remove(socket);
            }
            data.end();
            error.end();
            data.forget();
            error.forget();
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.toString());
        }
    }

    private void refuse(SpdyConnection.Stream data, SpdyConnection.Stream error, int port, IOException why)
            throws IOException {
        byte[] message = "error forwarding port %d to pod %s: failed to connect to localhost:%d inside the pod: %s"
                .formatted(port, pod, port, why.getMessage())
                .getBytes(StandardCharsets.UTF_8);
        error.write(message, message.length);
        error.end();
        data.end();
        error.forget();
        data.forget();
    }

    private record Nothing() implements SpdyConnection.Receiver {
        @Override
        public void data(byte[] bytes) {}

        @Override
        public void end() {}
    }

    /** To the pod. Bytes that it does not take any more are skipped. */
    private final class Sink implements SpdyConnection.Receiver {
        private final Pair pair;

        Sink(Pair pair) {
            this.pair = pair;
        }

        /** Null if there is none. A client that sends before both streams are open would wait for itself: it is cut. */
        private @Nullable Socket socket() {
            if (!pair.isWhole()) {
                cut();
                return null;
            }
            try {
                return pair.socket.join();
            } catch (CompletionException e) {
                return null;
            }
        }

        @Override
        public void data(byte[] bytes) {
            active = System.nanoTime();
            Socket socket = socket();
            try {
                if (socket != null) {
                    socket.getOutputStream().write(bytes);
                }
            } catch (IOException e) {
                LOG.debug("a forwarded connection takes no more: {}", e.toString());
            }
        }

        @Override
        public void end() {
            Socket socket = socket();
            try {
                if (socket != null) {
                    socket.shutdownOutput();
                }
            } catch (IOException e) {
                LOG.debug("a forwarded connection takes no more: {}", e.toString());
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("already closed: {}", e.toString());
        }
    }
}
