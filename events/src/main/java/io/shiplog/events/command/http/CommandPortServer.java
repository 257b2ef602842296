package io.shiplog.events.command.http;

import com.sun.net.httpserver.HttpsExchange;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.https.PartServer;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.Actor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts commands from other processes. The connection's certificate decides in whose name a command may come, so only the
 * cluster's own parts may connect: a certificate of the cluster's CA is not enough, its name must satisfy the predicate too.
 */
public final class CommandPortServer implements AutoCloseable {
    static final String PATH = "/commands";
    private static final String METRICS = "/metrics";

    /** An envelope on top of the largest accepted body. */
    static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    /** A client opens a connection per command in flight; all of them may arrive at once after a change of writers. */
    private static final int BACKLOG = 1_024;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_LARGE = 413;
    private static final int ERROR = 500;
    private static final int TIMEOUT = 504;
    private static final Logger LOG = LoggerFactory.getLogger(CommandPortServer.class);

    private final PartServer server;

    private CommandPortServer(PartServer server) {
        this.server = server;
    }

    private record Door(CommandPort port, BiPredicate<String, Actor> peers) {
        void handle(HttpsExchange exchange) throws IOException {
            if (!exchange.getRequestMethod().equals("POST")) {
                answer(exchange, METHOD_NOT_ALLOWED, new byte[0]);
                return;
            }
            byte[] message = exchange.getRequestBody().readNBytes(MAX_MESSAGE_BYTES + 1);
            if (message.length > MAX_MESSAGE_BYTES) {
                answer(exchange, TOO_LARGE, new byte[0]);
            } else {
                decide(exchange, message);
            }
        }

        private boolean allowed(HttpsExchange exchange, Actor actor) {
            try {
                return peers.test(exchange.getSSLSession().getPeerPrincipal().getName(), actor);
            } catch (SSLPeerUnverifiedException e) {
                return false;
            }
        }

        private void decide(HttpsExchange exchange, byte[] message) throws IOException {
            CommandRequest request;
            try {
                request = CommandCodec.readRequest(message);
            } catch (IllegalArgumentException e) {
                LOG.warn("a message is not a command: {}", e.getMessage());
                answer(exchange, BAD_REQUEST, new byte[0]);
                return;
            }
            if (!allowed(exchange, request.actor())) {
                answer(exchange, FORBIDDEN, new byte[0]);
                return;
            }
            try {
                CommandResult result =
                        port.send(request).toCompletableFuture().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                answer(exchange, OK, CommandCodec.write(result));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer(exchange, TIMEOUT, new byte[0]);
            } catch (TimeoutException e) {
                answer(exchange, TIMEOUT, new byte[0]);
            } catch (ExecutionException e) {
                LOG.error("a command could not be decided", e);
                answer(exchange, ERROR, new byte[0]);
            }
        }
    }

    /**
     * Starts listening.
     *
     * @param tls with the server's own certificate, trusting the cluster's CA
     * @param peers whether the subject of a certificate (RFC 2253, {@code CN=…,O=…}) may send commands in the name of an actor
     * @param metrics writes what {@code /metrics} shows, to {@code system:masters}
     * @throws IOException if the address cannot be bound
     */
    public static CommandPortServer start(
            InetSocketAddress address,
            SSLContext tls,
            BiPredicate<String, Actor> peers,
            CommandPort port,
            Consumer<PrometheusText> metrics)
            throws IOException {
        PartServer server = PartServer.start(address, BACKLOG, tls, PATH, new Door(port, peers)::handle);
        server.also(METRICS, exchange -> metrics(exchange, metrics));
        return new CommandPortServer(server);
    }

    private static void metrics(HttpsExchange exchange, Consumer<PrometheusText> metrics) throws IOException {
        if (!isMaster(exchange.getSSLSession().getPeerPrincipal().getName())) {
            answer(exchange, FORBIDDEN, new byte[0]);
            return;
        }
        PrometheusText text = new PrometheusText();
        metrics.accept(text);
        text.process(ManagementFactory.getRuntimeMXBean().getStartTime());
        exchange.getResponseHeaders().set("Content-Type", PrometheusText.CONTENT_TYPE);
        answer(exchange, OK, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isMaster(String subject) {
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .anyMatch(part -> part.getType().equalsIgnoreCase("O")
                                    && String.valueOf(part.getValue()).equals("system:masters"));
        } catch (InvalidNameException e) {
            return false;
        }
    }

    /** The listening address. */
    public InetSocketAddress address() {
        return server.address();
    }

    private static void answer(HttpsExchange exchange, int code, byte[] message) throws IOException {
        exchange.sendResponseHeaders(code, message.length == 0 ? -1 : message.length);
        if (message.length > 0) {
            exchange.getResponseBody().write(message);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
