package io.shiplog.gateway.stream;

import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.identity.SocketToken;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins a client that leaves HTTP with a node, which speaks the protocol that follows. As fast as the slower of both reads. */
public final class NodeTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTunnel.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String USER = "Shiplog-User";
    private static final String GROUP = "Shiplog-Group";
    private static final String MASTERS = "system:masters";
    /** Tells the node to wait for {@link #RECORDED}, the first byte after its upgrade. */
    private static final String RECORDS = "Shiplog-Records";

    private static final String RECORDED = "!";
    private static final int SWITCHING = 101;
    /** Of a node's refusal; the rest is not read. */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024;
    /** From the request to the node's answer, and from there to the end of a refusal. */
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(15);

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    /** The headers in which a client and the node agree on a protocol. */
    private static final List<String> ASKED =
            List.of("Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", PROTOCOL, "X-Stream-Protocol-Version");

    private static final List<String> AGREED =
            List.of("Upgrade", "Sec-WebSocket-Accept", PROTOCOL, "X-Stream-Protocol-Version");

    private final HttpClient runners;

    /** @param runners has the cluster's authority and the gateway's own certificate */
    public NodeTunnel(HttpClient runners) {
        this.runners = runners;
    }

    /**
     * Asks a node with the client's own upgrade, and answers with the node's.
     *
     * @param path with its query
     */
    public void open(Exchange exchange, RequestOptions where, String path) {
        open(exchange, where, path, null);
    }

    /**
     * The same for a stream that is recorded: when the node has accepted it, and before the node starts anything. What a node refuses is not in the
     * log; what is not in the log is not started.
     *
     * @param record the command whose event it is
     */
    public void openRecorded(Exchange exchange, RequestOptions where, String path, CommandRequest record) {
        open(exchange, where, path, record);
    }

    private void open(Exchange exchange, RequestOptions where, String path, @Nullable CommandRequest record) {
        where.setMethod(HttpMethod.GET).setURI(path);
        var unused = runners.request(where)
                .onSuccess(request -> exchange.guarded(() -> connect(exchange, where, request, record)))
                .onFailure(failure -> unreachable(exchange, where, failure));
    }

    private static void connect(
            Exchange exchange, RequestOptions where, HttpClientRequest request, @Nullable CommandRequest record) {
        if (record != null) {
            request.putHeader(RECORDS, "true");
        }
        exchange.atEnd(() -> {
            var unused = request.reset();
        });
        var unused = asked(exchange, request)
                .connect()
                .timeout(ANSWER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(answer -> exchange.guarded(() -> answered(exchange, request, answer, record)))
                .onFailure(failure -> {
                    var reset = request.reset();
                    unreachable(exchange, where, failure);
                });
    }

    private static void unreachable(Exchange exchange, RequestOptions where, Throwable failure) {
        LOG.warn("node runner {} cannot be reached: {}", where.getServer(), failure.toString());
        exchange.refuse(RunnerAddress.unreachable(where));
    }

    /**
     * The first 16 KiB of a refusal's body. More of it is not read, nor what comes after 15 seconds.
     *
     * @return never fails
     */
    public static Future<Buffer> beginning(Vertx vertx, HttpClientRequest request, HttpClientResponse answer) {
        Promise<Buffer> read = Promise.promise();
        Buffer bytes = Buffer.buffer();
        long timer = vertx.setTimer(ANSWER_DEADLINE.toMillis(), late -> {
            read.tryComplete(bytes);
            var unused = request.reset();
        });
        answer.exceptionHandler(gone -> read.tryComplete(bytes))
                .endHandler(end -> read.tryComplete(bytes))
                .handler(part -> {
                    bytes.appendBuffer(part.slice(0, Math.min(part.length(), MAX_MESSAGE_BYTES - bytes.length())));
                    if (bytes.length() == MAX_MESSAGE_BYTES && read.tryComplete(bytes)) {
                        var unused = request.reset();
                    }
                });
        return read.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private static HttpClientRequest asked(Exchange exchange, HttpClientRequest request) {
        request.exceptionHandler(gone -> LOG.debug("a stream ended with its connection", gone))
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        // The node limits how much of it one user may have.
        Actor actor = exchange.actor();
        request.putHeader(USER, URLEncoder.encode(actor.owner(), StandardCharsets.UTF_8));
        if (actor.groups().contains(MASTERS)) {
            request.putHeader(GROUP, MASTERS);
        }
        for (String header : ASKED) {
            List<String> values = exchange.request().headers().getAll(header);
            if (header.equals(PROTOCOL)) {
                // A token among them is for this server alone.
                values = values.stream()
                        .map(SocketToken::without)
                        .filter(value -> !value.isEmpty())
                        .toList();
            }
            if (!values.isEmpty()) {
                request.putHeader(header, values);
            }
        }
        return request;
    }

    private static void answered(
            Exchange exchange, HttpClientRequest request, HttpClientResponse answer, @Nullable CommandRequest record) {
        if (answer.statusCode() != SWITCHING) {
            // As kube-apiserver, which hands the kubelet's refusal on.
            var unused = beginning(exchange.context().owner(), request, answer)
                    .onSuccess(body ->
                            exchange.guarded(() -> exchange.answerText(answer.statusCode(), TEXT, body.toString())));
            return;
        }
        NetSocket node = answer.netSocket();
        node.pause();
        exchange.atEnd(() -> {
            var unused = node.close();
        });
        if (record == null) {
            join(exchange, answer, node);
            return;
        }
        exchange.whenDone(exchange.ports().commands().send(record), result -> {
            switch (result) {
                case CommandResult.Refused refused -> exchange.refuse(refused.refusal());
                case CommandResult.Accepted accepted -> {
                    var unused = node.write(RECORDED);
                    join(exchange, answer, node);
                }
            }
        });
    }

    private static void join(Exchange exchange, HttpClientResponse answer, NetSocket node) {
        for (String header : AGREED) {
            String value = answer.getHeader(header);
            if (value != null) {
                exchange.response().putHeader(header, value);
            }
        }
        exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        exchange.tunnel(client -> {
            var there = client.pipeTo(node);
            var back = node.pipeTo(client);
        });
    }
}
