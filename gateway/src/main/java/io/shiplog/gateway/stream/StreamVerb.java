package io.shiplog.gateway.stream;

import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * {@code …/pods/{name}/exec}, {@code attach} and {@code portforward}: authorized, then joined with the pod's node, which speaks the
 * stream's protocol; recorded in the log when the node has accepted the stream, and before it starts anything.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/rest/subresources.go">subresources.go</a>
 */
public final class StreamVerb {
    private final NodeTunnel tunnel;
    private final Gatekeeper gatekeeper;

    public StreamVerb(NodeTunnel tunnel, Gatekeeper gatekeeper) {
        this.tunnel = tunnel;
        this.gatekeeper = gatekeeper;
    }

    public void open(Exchange exchange, ServedKind pods) {
        if (!exchange.now()) {
            exchange.refuse(
                    Refusal.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the past has no running containers: for those of now send the request to the server's address without /at/"));
            return;
        }
        RequestInfo info = exchange.info();
        ObjectKey key = pods.key(info.namespace(), info.name());
        exchange.withImage(pods.kind().shard(), image -> {
            Refusal refusal = forbidden(exchange, image);
            StoredObject pod = image.get(key);
            if (refusal != null) {
                exchange.refuse(refusal);
            } else if (pod == null) {
                exchange.refuse(Refusal.notFound(key));
            } else {
                exchange.checked(
                        StreamOptions.of(
                                info.subresource(), exchange.query(), pod.json().tree(), key.namespace(), key.name()),
                        options -> located(exchange, image, pod, options));
            }
        });
    }

    /** A WebSocket is opened with GET, which only needs the permission to read; a shell needs more. */
    private @Nullable Refusal forbidden(Exchange exchange, Image image) {
        RequestInfo info = exchange.info();
        return info.verb().equals("create")
                ? null
                : gatekeeper.refusal(
                        image,
                        AccessRequest.resource(
                                exchange.actor(),
                                "create",
                                info.group(),
                                info.resource(),
                                info.subresource(),
                                info.namespace(),
                                info.name()));
    }

    private void located(Exchange exchange, Image image, StoredObject pod, StreamOptions options) {
        String node = pod.node();
        String name = pod.key().name();
        if (node == null) {
            exchange.checked(Checked.bad("pod %s does not have a host assigned".formatted(name)), never -> {});
        } else if (!exchange.wantsUpgrade()) {
            exchange.checked(Checked.bad("Upgrade request required"), never -> {});
        } else if (!exchange.refusedOfAnotherSite()) {
            exchange.checked(RunnerAddress.of(image, node, name), where -> record(exchange, pod, options, where));
        }
    }

    private void record(Exchange exchange, StoredObject pod, StreamOptions options, RequestOptions where) {
        OpenStream command =
                new OpenStream(pod.key(), exchange.info().subresource(), options.container(), options.command());
        tunnel.openRecorded(exchange, where, options.path(), CommandRequest.byUser(exchange.actor(), command));
    }
}
