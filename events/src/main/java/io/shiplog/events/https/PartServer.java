package io.shiplog.events.https;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTPS between parts of the cluster. A client presents a certificate of the cluster's authority, sends its request within
 * {@link #REQUEST_DEADLINE} and may then wait for the answer without limit. Each request has a virtual thread.
 */
public final class PartServer implements AutoCloseable {
    /**
     * From a connection's first byte, or its acceptance, to the last byte of the request: TLS handshake, header and body. Parts
     * of the cluster send at once. A late connection is closed.
     */
    public static final Duration REQUEST_DEADLINE = Duration.ofSeconds(10);

    /** How long a connection stays open between requests. */
    public static final Duration IDLE = Duration.ofSeconds(30);

    private static final int FEWEST_CONNECTIONS = 64;
    private static final int MOST_CONNECTIONS = 1_024;
    /** One server uses at most this fraction of the process's file descriptors. */
    private static final int SHARE_OF_DESCRIPTORS = 8;

    private static final int ERROR = 500;
    private static final Logger LOG = LoggerFactory.getLogger(PartServer.class);

    // The JDK's server reads its limits once, from system properties.
    static {
        // It writes headers and body separately; with Nagle's algorithm each answer would wait 40 ms between them.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", Long.toString(REQUEST_DEADLINE.toSeconds()));
        System.setProperty("sun.net.httpserver.idleInterval", Long.toString(IDLE.toSeconds()));
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(connections()));
    }

    private final HttpsServer server;
    private final ExecutorService threads;

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Sends the answer; the caller closes the exchange.
         *
         * @throws IOException if the client is gone; any other exception is answered with 500
         */
        void handle(HttpsExchange exchange) throws IOException;
    }

    private PartServer(HttpsServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts listening.
     *
     * @param address port 0 for any free one
     * @param backlog connections that wait to be accepted
     * @param tls with the server's own certificate, trusting the cluster's authority
     * @param path prefix of the paths that are handled; all others get 404
     * @throws IOException if the address cannot be bound
     */
    public static PartServer start(InetSocketAddress address, int backlog, SSLContext tls, String path, Handler handler)
            throws IOException {
        HttpsServer server = HttpsServer.create(address, backlog);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = tls.getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext(path, exchange -> answered((HttpsExchange) exchange, handler));
        server.start();
        return new PartServer(server, threads);
    }

    /** Handles more paths, those with another prefix. */
    public void also(String path, Handler handler) {
        server.createContext(path, exchange -> answered((HttpsExchange) exchange, handler));
    }

    /** Errors are caught too: a request that exhausts the stack is one bad request, and must not hold its connection. */
    private static void answered(HttpsExchange exchange, Handler handler) {
        try (exchange) {
            try {
                handler.handle(exchange);
            } catch (IOException e) {
                LOG.debug("a client is gone: {}", e.toString());
            } catch (Throwable e) {
                LOG.error(
                        "{} {} failed",
                        exchange.getRequestMethod(),
                        exchange.getHttpContext().getPath(),
                        e);
                if (exchange.getResponseCode() < 0) {
                    exchange.sendResponseHeaders(ERROR, -1);
                }
            }
        } catch (IOException e) {
            LOG.debug("a client is gone: {}", e.toString());
        }
    }

    /** How many connections a server of a part accepts at most. */
    public static int connections() {
        return connections(descriptors());
    }

    /** How many connections a server accepts in a process with this limit of file descriptors. */
    static int connections(long descriptors) {
        return (int) Math.clamp(descriptors / SHARE_OF_DESCRIPTORS, FEWEST_CONNECTIONS, MOST_CONNECTIONS);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /** The listening address. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
