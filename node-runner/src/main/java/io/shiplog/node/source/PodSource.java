package io.shiplog.node.source;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to know of the cluster: its own pods and the objects they refer to. A separate port, so that on large
 * clusters a topic partitioned by node can replace the whole image. Reads never block.
 */
public interface PodSource {
    /**
     * Completes when the source holds everything that the cluster had acknowledged before the call. Nothing is removed from the
     * machine before: with a source that lags, live pods would look like leftovers.
     */
    CompletionStage<?> caughtUp();

    /** The pods bound to the node. */
    Collection<StoredObject> pods();

    /** The PersistentVolumes. */
    Collection<StoredObject> volumes();

    /**
     * A pod of the node, or an object that pods refer to (ConfigMap, Secret, ServiceAccount, Node, RuntimeClass, claim, volume); null if there is
     * none.
     */
    @Nullable StoredObject get(ObjectKey key);

    /** The Services of a namespace. */
    Collection<StoredObject> services(String namespace);

    /**
     * Calls {@code changed} with the key of each of the node's pods, each ConfigMap, Secret, claim and volume that changes from now
     * on.
     * The call comes on the source's own thread and must only hand over; read the object with {@link #get}.
     */
    Following follow(Consumer<ObjectKey> changed);

    /** Close it to end the calls. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }
}
