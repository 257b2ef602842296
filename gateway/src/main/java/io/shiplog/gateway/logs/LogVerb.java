package io.shiplog.gateway.logs;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.stream.NodeTunnel;
import io.shiplog.gateway.stream.RunnerAddress;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET …/pods/{name}/log}: finds the pod's node and streams its answer to the client.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod">Pod
 *     log</a>
 */
public final class LogVerb {
    private static final Logger LOG = LoggerFactory.getLogger(LogVerb.class);
    private static final String TEXT = "text/plain";
    /** The part of a runner's refusal that becomes the message. */
    private static final int MAX_MESSAGE_CHARS = 2048;

    private static final String FOLLOWER = "Shiplog-Follower";
    /** The runner has begun by then, or never will. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final HttpClient runners;
    private final NodeTunnel tunnel;

    /** @param runners has the cluster's authority and the gateway's own certificate */
    public LogVerb(HttpClient runners, NodeTunnel tunnel) {
        this.runners = runners;
        this.tunnel = tunnel;
    }

    public void log(Exchange exchange, ServedKind pods) {
        if (!exchange.now()) {
            exchange.refuse(
                    Refusal.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the cluster's log has no container logs: for those of now send the request to the server's address without /at/"));
            return;
        }
        ObjectKey key = pods.key(exchange.info().namespace(), exchange.info().name());
        exchange.withImage(pods.kind().shard(), image -> {
            StoredObject pod = image.get(key);
            if (pod == null) {
                exchange.refuse(Refusal.notFound(key));
                return;
            }
            exchange.checked(
                    LogOptions.of(exchange.query(), pod.json().tree(), key.name()),
                    options -> send(exchange, image, pod, options));
        });
    }

    private void send(Exchange exchange, Image image, StoredObject pod, LogOptions options) {
        String node = pod.node();
        if (node == null) {
            exchange.answerText(200, TEXT, ""); // no node yet: it has written nothing
            return;
        }
        exchange.checked(RunnerAddress.of(image, node, pod.key().name()), where -> send(exchange, pod, options, where));
    }

    private void send(Exchange exchange, StoredObject pod, LogOptions options, RequestOptions where) {
        if (exchange.wantsUpgrade()) {
            if (!exchange.refusedOfAnotherSite()) {
                tunnel.open(
                        exchange,
                        where,
                        options.path(pod.key().namespace(), pod.key().name()));
            }
            return;
        }
        where.setMethod(HttpMethod.GET)
                .setURI(options.path(pod.key().namespace(), pod.key().name()));
        var unused = runners.request(where)
                .onSuccess(request -> exchange.guarded(() -> ask(exchange, where, request)))
                .onFailure(failure -> unreachable(exchange, where, failure));
    }

    private void ask(Exchange exchange, RequestOptions where, HttpClientRequest request) {
        String name = UUID.randomUUID().toString();
        exchange.atEnd(() -> {
            var unused = request.reset(); // nothing to reset where the answer came to its end
            if (exchange.query().flag("follow")) {
                exchange.context().owner().setTimer(SOON.toMillis(), later -> end(where, name));
            }
        });
        var unused = request.exceptionHandler(gone -> LOG.debug("a log of {} ended early", where.getServer(), gone))
                .putHeader(FOLLOWER, name)
                .send()
                .onSuccess(answer -> exchange.guarded(() -> pass(exchange, request, answer)))
                .onFailure(failure -> exchange.refuse(Refusal.of(
                        Reason.INTERNAL_ERROR, "Internal error occurred: the node runner aborted the answer")));
    }

    /** The runner sees only at the container's next line that its client is gone, and holds a connection to its engine until then. */
    private void end(RequestOptions where, String name) {
        var unused = runners.request(
                        new RequestOptions(where).setMethod(HttpMethod.DELETE).setURI("/followers/" + name))
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::end)
                .onFailure(failure -> LOG.debug("a followed log of {} may last", where.getServer(), failure));
    }

    private static void pass(Exchange exchange, HttpClientRequest request, HttpClientResponse answer) {
        if (answer.statusCode() != 200) {
            var unused = NodeTunnel.beginning(exchange.context().owner(), request, answer)
                    .onSuccess(body -> exchange.guarded(() -> exchange.refuse(refusal(answer.statusCode(), body))));
            return;
        }
        exchange.head(200, TEXT).setChunked(true);
        var head = exchange.response().writeHead(); // a follower learns at once that it is connected
        var piped = answer.pipeTo(exchange.response());
    }

    private static Refusal refusal(int code, Buffer body) {
        String text = body.toString().strip();
        String message = text.substring(0, Math.min(text.length(), MAX_MESSAGE_CHARS));
        return switch (code) {
            case 400 -> Refusal.of(Reason.BAD_REQUEST, message);
            case 404 -> Refusal.of(Reason.NOT_FOUND, message);
            case 429 -> new Refusal(Reason.TOO_MANY_REQUESTS, message, null, null, List.of(), 1);
            default ->
                Refusal.of(Reason.INTERNAL_ERROR, "Internal error occurred: the node runner answered: " + message);
        };
    }

    private static void unreachable(Exchange exchange, RequestOptions where, Throwable failure) {
        LOG.warn("node runner {} cannot be reached: {}", where.getServer(), failure.toString());
        exchange.refuse(RunnerAddress.unreachable(where));
    }
}
