package io.shiplog.gateway.stream;

import io.shiplog.gateway.http.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins a client that leaves HTTP with a node, which speaks the protocol that follows. As fast as the slower of both reads. */
public final class NodeTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTunnel.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int SWITCHING = 101;
    /** Of a node's refusal. */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024;

    /** The headers in which a client and the node agree on a protocol. */
    private static final List<String> ASKED = List.of(
            "Upgrade",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol",
            "X-Stream-Protocol-Version");

    private static final List<String> AGREED =
            List.of("Upgrade", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "X-Stream-Protocol-Version");

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
        where.setMethod(HttpMethod.GET).setURI(path);
        var unused = runners.request(where)
                .compose(request -> asked(exchange, request).connect())
                .onSuccess(answer -> exchange.guarded(() -> answered(exchange, answer)))
                .onFailure(failure -> {
                    LOG.warn("node runner {} cannot be reached: {}", where.getServer(), failure.toString());
                    exchange.refuse(RunnerAddress.unreachable(where));
                });
    }

    private static HttpClientRequest asked(Exchange exchange, HttpClientRequest request) {
        request.exceptionHandler(gone -> LOG.debug("a stream ended with its connection", gone))
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        for (String header : ASKED) {
            List<String> values = exchange.request().headers().getAll(header);
            if (!values.isEmpty()) {
                request.putHeader(header, values);
            }
        }
        return request;
    }

    private static void answered(Exchange exchange, HttpClientResponse answer) {
        if (answer.statusCode() != SWITCHING) {
            var unused = answer.body().onComplete(body -> refused(exchange, answer.statusCode(), body.result()));
            return;
        }
        NetSocket node = answer.netSocket();
        node.pause();
        exchange.atEnd(() -> {
            var unused = node.close();
        });
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

    /** As kube-apiserver, which hands the kubelet's refusal on. */
    private static void refused(Exchange exchange, int code, @Nullable Buffer body) {
        String text = body == null ? "" : body.getString(0, Math.min(body.length(), MAX_MESSAGE_BYTES));
        exchange.answerText(code, TEXT, text);
    }
}
