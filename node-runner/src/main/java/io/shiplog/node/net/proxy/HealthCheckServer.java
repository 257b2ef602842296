package io.shiplog.node.net.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells load balancers whether this machine has endpoints of a Service: 200 if it has, 503 if not, on each Service's own port
 * ({@code healthCheckNodePort}), whatever is asked for. Anybody may ask: a request has {@value #PATIENCE_SECONDS} s and
 * {@value #MAX_HEAD} bytes, and all ports together serve {@value #MAX_CONNECTIONS} at once; further ones are closed.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy">External traffic policy</a>
 */
final class HealthCheckServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;
    private static final int MAX_HEAD = 8_192;
    private static final int MAX_CONNECTIONS = 64;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Logger LOG = LoggerFactory.getLogger(HealthCheckServer.class);

    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    /** By port. Guarded by this, as is the next. */
    private final Map<Integer, Listener> open = new TreeMap<>();

    private final Set<Integer> refused = new HashSet<>();

    /** Opens and closes ports, and changes what they say. A port that cannot be opened is logged, and tried again at the next call. */
    synchronized void show(SortedMap<Integer, ServiceHealth> wanted) {
        open.entrySet().removeIf(each -> {
            boolean gone = !wanted.containsKey(each.getKey());
            if (gone) {
                each.getValue().close();
            }
            return gone;
        });
        refused.retainAll(wanted.keySet());
        wanted.forEach((port, health) -> {
            Listener listener = open.get(port);
            if (listener != null) {
                listener.health = health;
            } else {
                listen(port, health);
            }
        });
    }

    private void listen(int port, ServiceHealth health) {
        try {
            open.put(port, new Listener(port, health));
            refused.remove(port);
        } catch (IOException e) {
            if (refused.add(port)) {
                LOG.error(
                        "the health check of Service {} cannot be served on port {}: {}",
                        health.service(),
                        port,
                        e.getMessage());
            }
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Listener::close);
        open.clear();
    }

    private final class Listener {
        private final ServerSocket socket = new ServerSocket();
        private volatile ServiceHealth health;

        Listener(int port, ServiceHealth health) throws IOException {
            this.health = health;
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress("0.0.0.0", port));
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            Thread.ofVirtual().name("health check " + port).start(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    if (places.tryAcquire()) {
                        Thread.ofVirtual().start(() -> answer(client));
                    } else {
                        client.close();
                    }
                } catch (SocketException e) {
                    // Closed, or the client has gone.
                } catch (IOException e) {
                    LOG.warn("health check of Service {}: {}", health.service(), e.getMessage());
                }
            }
        }

        private void answer(Socket client) {
            try (client) {
                String head = head(client);
                if (head.endsWith(END_OF_HEAD)) {
                    OutputStream out = client.getOutputStream();
                    out.write(text(head.startsWith("HEAD ")).getBytes(StandardCharsets.UTF_8));
                    client.shutdownOutput();
                }
            } catch (IOException e) {
                // The client has gone or is too slow.
            } finally {
                places.release();
            }
        }

        private String head(Socket client) throws IOException {
            long deadline =
                    System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
            StringBuilder head = new StringBuilder();
            InputStream in = client.getInputStream();
            while (head.length() < MAX_HEAD && head.indexOf(END_OF_HEAD, Math.max(0, head.length() - 4)) < 0) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                client.setSoTimeout((int) Math.max(1, left));
                int next = left <= 0 ? -1 : in.read();
                if (next < 0) {
                    return "";
                }
                head.append((char) next);
            }
            return head.toString();
        }

        private String text(boolean headOnly) {
            ServiceHealth now = health;
            String body = now.json();
            return """
                    HTTP/1.1 %s\r
                    Content-Type: application/json\r
                    X-Content-Type-Options: nosniff\r
                    X-Load-Balancing-Endpoint-Weight: %d\r
                    Content-Length: %d\r
                    Connection: close\r
                    \r
                    %s""".formatted(
                            now.endpoints() > 0 ? "200 OK" : "503 Service Unavailable",
                            now.endpoints(),
                            body.getBytes(StandardCharsets.UTF_8).length,
                            headOnly ? "" : body);
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.warn("health check of Service {}: {}", health.service(), e.getMessage());
            }
        }
    }
}
