package io.shiplog.node;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node must know of the cluster: its own pods and what they refer to. A port of its own, so that on large clusters a topic
 * partitioned by node can stand behind it instead of the whole image. Reads never block.
 */
public interface PodSource {
    /**
     * Completes when the source holds everything that the cluster had acknowledged before the call. Nothing is removed from the
     * machine before: a source that lags would make living pods look like leftovers.
     */
    CompletionStage<?> caughtUp();

    /** The pods bound to the node. */
    Collection<StoredObject> pods();

    /** A pod of the node, or something that pods refer to (ConfigMap, Secret, ServiceAccount, Node); null if there is none. */
    @Nullable StoredObject get(ObjectKey key);

    /** The Services of a namespace. */
    Collection<StoredObject> services(String namespace);

    /**
     * Calls {@code changed} with the key of each of the node's pods, of each ConfigMap and of each Secret that changes from now
     * on. The call comes on the source's own thread and must only hand over; what changed is read with {@link #get}.
     */
    Following follow(Consumer<ObjectKey> changed);

    /** Ends the calls when closed. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }
}
