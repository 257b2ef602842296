package io.shiplog.gateway.proxy;

import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.stream.NodeTunnel;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way through the proxy: as fast as the slower of both sides reads. Lives on the exchange's event loop. */
final class Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);
    private static final int SWITCHING = 101;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY = 429;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Set<Integer> BODILESS = Set.of(204, 304);
    private static final Set<HttpMethod> MAY_LACK_BODY =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.DELETE);
    /** For the rest of a body whose answer has been sent. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(5);

    private static final String HTML = "text/html";
    /** A page of a pod that a browser opens at this server's own address is of an origin of its own: it reads nothing of the API with the visitor's rights. */
    private static final String SANDBOX = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";

    private final Exchange exchange;
    private final ProxyTarget target;
    private final ProxyRecorder recorder;
    private final String method;
    private final String prefix;
    private final String tail;
    private final String nonce = UUID.randomUUID().toString();
    private boolean answered;

    /**
     * @param prefix the path of the proxy
     * @param tail the rest of the path, percent-encoded
     */
    Passage(Exchange exchange, ProxyTarget target, ProxyRecorder recorder, String method, String prefix, String tail) {
        this.exchange = exchange;
        this.target = target;
        this.recorder = recorder;
        this.method = method;
        this.prefix = prefix;
        this.tail = tail;
    }

    void begin(HttpClient nodes) {
        String query = exchange.request().query();
        String path = tail.isEmpty() ? "/" : tail;
        RequestOptions where = target.node()
                .setMethod(HttpMethod.valueOf(method))
                .setURI(query == null || query.isEmpty() ? path : path + "?" + query);
        var unused = nodes.request(where)
                .onSuccess(request -> exchange.guarded(() -> send(request)))
                .onFailure(failure -> exchange.guarded(() -> {
                    LOG.warn("node runner {} cannot be reached: {}", where.getServer(), failure.toString());
                    unreachable("the node of the target cannot be reached");
                }));
    }

    private void unreachable(String why) {
        if (!answered) {
            answered = true;
            ProxyVerb.refuse(exchange, Refusal.of(Reason.SERVICE_UNAVAILABLE, "error trying to reach service: " + why));
        } else {
            exchange.breakOff();
        }
    }

    private void send(HttpClientRequest request) {
        HttpServerRequest client = exchange.request();
        exchange.atEnd(() -> {
            var reset = request.reset();
            drain(client);
        });
        headers(request, client);
        request.exceptionHandler(gone -> LOG.debug("a proxied connection ended", gone));
        Future<HttpClientResponse> answer;
        if (exchange.wantsUpgrade()) {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
                    .putHeader("Upgrade", client.headers().getAll(HttpHeaders.UPGRADE));
            answer = request.connect();
        } else {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            answer = body(request, client);
        }
        var unused = answer.onSuccess(arrived -> exchange.guarded(() -> answered(arrived)))
                .onFailure(failure -> exchange.guarded(() -> unreachable(reason(failure))));
    }

    /** The pod's server broke off, or does not speak HTTP. */
    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.toLowerCase(Locale.ROOT).contains("closed") ? "EOF" : message;
    }

    /** After the answer, the rest of a body belongs to no request. */
    private void drain(HttpServerRequest client) {
        if (!client.isEnded() && !exchange.response().closed()) {
            client.resume();
            exchange.context().owner().setTimer(LAST_BYTES.toMillis(), late -> {
                if (!client.isEnded()) {
                    exchange.breakOff();
                }
            });
        }
    }

    private void headers(HttpClientRequest request, HttpServerRequest client) {
        for (Map.Entry<String, String> each : PassedHeaders.there(client.headers())) {
            request.headers().add(each.getKey(), each.getValue());
        }
        if (client.authority() != null) {
            request.putHeader(HttpHeaders.HOST, client.authority().toString());
        }
        String forwarded = String.join(", ", client.headers().getAll("X-Forwarded-For"));
        String address = client.remoteAddress() == null
                ? ""
                : String.valueOf(client.remoteAddress().hostAddress());
        request.putHeader("X-Forwarded-For", forwarded.isEmpty() ? address : forwarded + ", " + address)
                .putHeader("X-Forwarded-Uri", prefix + (tail.isEmpty() ? "/" : tail));
        String accepted = client.getHeader(HttpHeaders.ACCEPT);
        if (accepted != null && accepted.contains(HTML)) {
            request.headers().remove(HttpHeaders.ACCEPT_ENCODING); // links in a compressed page cannot be rewritten
        }
        if (target.isNodeServer()) {
            request.putHeader("Shiplog-Passed-On", nonce);
        } else {
            request.putHeader("Shiplog-Proxy", target.order(nonce));
        }
    }

    private Future<HttpClientResponse> body(HttpClientRequest request, HttpServerRequest client) {
        boolean sized = client.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        boolean none = !sized
                && (client.version() == HttpVersion.HTTP_2
                        ? MAY_LACK_BODY.contains(client.method())
                        : client.getHeader(HttpHeaders.TRANSFER_ENCODING) == null);
        if (none) {
            client.resume();
            return request.send();
        }
        if ("100-continue".equalsIgnoreCase(client.getHeader(HttpHeaders.EXPECT))) {
            var unused = exchange.response().writeContinue();
        }
        request.setChunked(!sized);
        return request.send(client);
    }

    private void answered(HttpClientResponse answer) {
        answer.exceptionHandler(gone -> LOG.debug("a proxied answer ended", gone));
        if (nonce.equals(answer.getHeader("Shiplog-Refused"))) {
            refused(answer);
        } else if (answer.statusCode() == SWITCHING) {
            if (exchange.wantsUpgrade()) {
                tunnel(answer);
            } else {
                unreachable("the target left HTTP, which was not asked for");
            }
        } else {
            pass(answer);
        }
    }

    /** The node did not reach the target. */
    private void refused(HttpClientResponse answer) {
        answered = true;
        var unused = NodeTunnel.beginning(exchange.context().owner(), answer.request(), answer)
                .onSuccess(text -> exchange.guarded(() -> ProxyVerb.refuse(
                        exchange,
                        switch (answer.statusCode()) {
                            case BAD_REQUEST -> Refusal.of(Reason.BAD_REQUEST, text.toString());
                            case TOO_MANY ->
                                new Refusal(
                                        Reason.TOO_MANY_REQUESTS,
                                        text.toString(),
                                        null,
                                        null,
                                        java.util.List.of(),
                                        RETRY_AFTER_SECONDS);
                            default -> Refusal.of(Reason.SERVICE_UNAVAILABLE, "error trying to reach service: " + text);
                        })));
    }

    /** The target has accepted to leave HTTP: nothing of the client's stream has reached it yet. It is recorded first. */
    private void tunnel(HttpClientResponse answer) {
        answered = true;
        NetSocket node = answer.netSocket();
        node.pause();
        exchange.atEnd(() -> {
            var unused = node.close();
        });
        StoredObject pod = target.pod();
        if (pod == null) {
            join(answer, node); // a node's ports: no object of the log is about them
            return;
        }
        exchange.whenDone(recorder.record(exchange.ports().commands(), exchange.actor(), pod.key()), result -> {
            switch (result) {
                case CommandResult.Refused refused -> ProxyVerb.refuse(exchange, refused.refusal());
                case CommandResult.Accepted accepted -> join(answer, node);
            }
        });
    }

    private void join(HttpClientResponse answer, NetSocket node) {
        HttpServerResponse response = exchange.response();
        PassedHeaders.back(answer.headers()).forEach(each -> response.headers().add(each.getKey(), each.getValue()));
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
                .putHeader("Upgrade", answer.headers().getAll(HttpHeaders.UPGRADE));
        exchange.tunnel(client -> {
            var there = client.pipeTo(node);
            var back = node.pipeTo(client);
        });
    }

    private void pass(HttpClientResponse answer) {
        answered = true;
        HttpServerResponse response = exchange.response();
        LinkRewriting links = new LinkRewriting(prefix, target.host(), requestedHost());
        response.setStatusCode(answer.statusCode());
        if (exchange.request().version() != HttpVersion.HTTP_2) {
            response.setStatusMessage(answer.statusMessage());
        }
        for (Map.Entry<String, String> each : PassedHeaders.back(answer.headers())) {
            boolean redirect = each.getKey().equalsIgnoreCase("Location");
            response.headers().add(each.getKey(), redirect ? links.rewritten(each.getValue()) : each.getValue());
        }
        if (!response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, private");
        }
        boolean isPage = isPage(answer);
        if (exchange.request().getHeader("X-Forwarded-For") == null) {
            // Whatever type a pod gives its answer: a browser would run a script in it with the visitor's rights on the
            // cluster.
            response.headers().add("Content-Security-Policy", SANDBOX);
            response.putHeader("X-Content-Type-Options", "nosniff");
        }
        boolean bodiless = exchange.request().method() == HttpMethod.HEAD || BODILESS.contains(answer.statusCode());
        boolean rewrites = isPage
                && !bodiless
                && answer.getHeader("Location") == null
                && answer.getHeader(HttpHeaders.CONTENT_ENCODING) == null;
        if (rewrites) {
            response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        }
        if (bodiless) {
            var unused = response.end();
        } else {
            copy(answer, response, rewrites ? new HtmlLinks(links::rewritten) : null);
        }
    }

    private String requestedHost() {
        return exchange.request().authority() == null
                ? ""
                : exchange.request().authority().toString();
    }

    private static boolean isPage(HttpClientResponse answer) {
        String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.split(";", 2)[0].strip().equals(HTML);
    }

    /** An answer that breaks off is cut, not ended: else it would look whole. */
    private void copy(HttpClientResponse answer, HttpServerResponse response, @Nullable HtmlLinks page) {
        if (response.headers().get(HttpHeaders.CONTENT_LENGTH) == null) {
            response.setChunked(true);
        }
        var head = response.writeHead();
        answer.exceptionHandler(broken -> exchange.breakOff());
        response.exceptionHandler(gone -> LOG.debug("a proxied request's client is gone", gone));
        answer.handler(part -> {
            Buffer passed = page == null ? part : Buffer.buffer(page.pass(part.getBytes()));
            if (passed.length() > 0) {
                var unused = response.write(passed);
            }
            if (response.writeQueueFull()) {
                answer.pause();
                response.drainHandler(room -> answer.resume());
            }
        });
        answer.endHandler(end -> {
            var unused = page == null ? response.end() : response.end(Buffer.buffer(page.end()));
        });
    }
}
