package io.shiplog.node.server;

import io.shiplog.events.object.Actor;
import io.shiplog.node.stats.NodeStats;
import java.util.function.Supplier;

/**
 * What a node's server tells about the node.
 *
 * @param pods a PodList of its pods, as JSON
 * @param config its configuration, as JSON
 * @param rights of clients that are not {@code system:masters}
 */
public record NodeView(NodeStats stats, Supplier<String> pods, Supplier<String> config, Rights rights) {

    /** What clients may read. */
    @FunctionalInterface
    public interface Rights {
        /** For system:masters only. */
        Rights NONE = (actor, subresource) -> false;

        /**
         * Whether a user may {@code get} a subresource of this node.
         *
         * @param subresource {@code metrics}, {@code stats}, {@code proxy} …
         * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/#fine-grained-authorization">Kubelet authorization</a>
         */
        boolean mayGet(Actor actor, String subresource);
    }
}
