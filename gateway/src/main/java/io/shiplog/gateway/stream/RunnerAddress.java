package io.shiplog.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a node's server listens, by its Node object. */
public final class RunnerAddress {
    private static final ResourceType NODES = ResourceType.core("nodes");

    private RunnerAddress() {}

    /**
     * The address of the node of a pod.
     *
     * @param node the pod's
     * @return without a method and a path; 500 if the node has no address
     */
    public static Checked<RequestOptions> of(Image image, String node, String pod) {
        StoredObject object = image.get(ObjectKey.clusterScoped(NODES, node));
        RequestOptions where = object == null ? null : address(object.json().tree());
        return where != null
                ? Checked.ok(where)
                : Checked.refused(Refusal.of(
                        Reason.INTERNAL_ERROR,
                        "Internal error occurred: node \"%s\" of pod \"%s\" has no address for logs and streams"
                                .formatted(node, pod)));
    }

    private static @Nullable RequestOptions address(JsonNode node) {
        int port = node.path("status")
                .path("daemonEndpoints")
                .path("kubeletEndpoint")
                .path("Port")
                .asInt(0);
        for (JsonNode each : node.path("status").path("addresses")) {
            if (port > 0 && each.path("type").asText("").equals("InternalIP")) {
                // Its certificate names the node: an address could belong to another server.
                return new RequestOptions()
                        .setServer(SocketAddress.inetSocketAddress(
                                port, each.path("address").asText()))
                        .setHost(node.path("metadata").path("name").asText())
                        .setPort(port)
                        .setSsl(true);
            }
        }
        return null;
    }

    /** The refusal of a request whose node does not answer. */
    public static Refusal unreachable(RequestOptions where) {
        return Refusal.of(
                Reason.INTERNAL_ERROR,
                "Internal error occurred: the node runner at %s cannot be reached".formatted(where.getServer()));
    }
}
