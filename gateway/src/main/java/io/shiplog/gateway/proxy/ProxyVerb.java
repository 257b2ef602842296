package io.shiplog.gateway.proxy;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.view.ServedKind;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code …/pods/{name}/proxy/…}, {@code services} and {@code nodes}: authorized, then passed on by way of the node's server. A request that leaves HTTP is a
 * stream to its pod, and so an event; others are not (<a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/rest/subresources.go">ProxyREST</a>).
 */
public final class ProxyVerb {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> READING = Set.of("GET", "HEAD");
    /** Segments of {@code /api/v1/nodes/NAME/proxy}, and of the path of a namespaced object. */
    private static final int NODE_SEGMENTS = 5;

    private static final int NAMESPACED_SEGMENTS = 7;

    private final HttpClient nodes;
    private final ProxyRecorder recorder = new ProxyRecorder();

    /**
     * @param nodes has the cluster's authority and the gateway's own certificate, and uses no connection twice: what follows an answer could be a
     *     pod's
     */
    public ProxyVerb(HttpClient nodes) {
        this.nodes = nodes;
    }

    /** @param method as the client sent it: Vert.x sees a GET where a POST asks for an upgrade */
    public void proxy(Exchange exchange, ServedKind served, String method) {
        RequestInfo info = exchange.info();
        HttpServerRequest request = exchange.request();
        request.pause();
        if (!METHODS.contains(method) || info.verb().equals("watch")) {
            refuse(
                    exchange,
                    Refusal.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the server does not allow this method on the requested resource"));
            return;
        }
        if (!exchange.now()) {
            refuse(
                    exchange,
                    Refusal.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the past has no running containers: for those of now send the request to the server's address without /at/"));
            return;
        }
        // A form of another site would be sent with the certificate of its visitor.
        if (!READING.contains(method) && exchange.refusedOfAnotherSite()) {
            drain(request);
            return;
        }
        String rawPath = rawPath(request.uri());
        int end = end(rawPath, info.resource().equals("nodes") ? NODE_SEGMENTS : NAMESPACED_SEGMENTS);
        String tail = rawPath.substring(end);
        boolean upgrade = exchange.wantsUpgrade();
        if (tail.isEmpty() && READING.contains(method) && !upgrade) {
            redirectToRoot(exchange, rawPath);
            return;
        }
        exchange.withImage(served.kind().shard(), image -> {
            switch (new ProxyTargets(image, ThreadLocalRandom.current())
                    .find(info.resource(), info.namespace(), info.name())) {
                case io.shiplog.gateway.outcome.Checked.Ok<ProxyTarget>(ProxyTarget target) -> {
                    Passage passage = new Passage(exchange, target, recorder, method, rawPath.substring(0, end), tail);
                    if (!upgrade || !exchange.refusedOfAnotherSite()) {
                        passage.begin(nodes);
                    }
                }
                case io.shiplog.gateway.outcome.Checked.Refused<ProxyTarget>(Refusal refusal) ->
                    refuse(exchange, refusal);
            }
        });
    }

    /** An unread body would hold the connection up. */
    static void refuse(Exchange exchange, Refusal refusal) {
        drain(exchange.request());
        exchange.refuse(refusal);
    }

    private static void drain(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }

    private static void redirectToRoot(Exchange exchange, String rawPath) {
        drain(exchange.request());
        String query = exchange.request().query();
        exchange.response()
                .setStatusCode(301)
                .putHeader(HttpHeaders.LOCATION, rawPath + "/" + (query == null || query.isEmpty() ? "" : "?" + query));
        if (exchange.request().method() != HttpMethod.HEAD) {
            exchange.response().putHeader(HttpHeaders.CONTENT_LENGTH, "0");
        }
        var unused = exchange.response().end();
    }

    private static String rawPath(String target) {
        int end = 0;
        while (end < target.length() && target.charAt(end) != '?' && target.charAt(end) != '#') {
            end++;
        }
        return target.substring(0, end);
    }

    /** Behind so many segments of a path, empty ones not counted. */
    static int end(String rawPath, int segments) {
        int at = 0;
        for (int i = 0; i < segments; i++) {
            while (at < rawPath.length() && rawPath.charAt(at) == '/') {
                at++;
            }
            while (at < rawPath.length() && rawPath.charAt(at) != '/') {
                at++;
            }
        }
        return at;
    }
}
