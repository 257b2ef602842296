package io.shiplog.events.command;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command to a cluster: one command, one object. Bodies are the bytes as received; the decider parses them. */
public sealed interface Command {

    /** The object's type. */
    ResourceType type();

    /** The object's namespace, empty if it has none. */
    String namespace();

    /** A command on an object with a known name. */
    sealed interface OfObject extends Command {
        /** The object's key. */
        ObjectKey key();

        @Override
        default ResourceType type() {
            return key().type();
        }

        @Override
        default String namespace() {
            return key().namespace();
        }
    }

    /** Creates an object. The name is in the body, or generated from {@code generateName}. */
    record CreateObject(ResourceType type, String namespace, Json body, FieldValidation validation)
            implements Command {}

    /**
     * Replaces the object with its key.
     *
     * @param subresource empty for the main resource
     * @param creates whether the sender may create a missing object; used only for kinds that Kubernetes creates on update
     */
    record ReplaceObject(ObjectKey key, String subresource, Json body, FieldValidation validation, boolean creates)
            implements OfObject {
        /** A replacement that does not create. */
        public ReplaceObject(ObjectKey key, String subresource, Json body, FieldValidation validation) {
            this(key, subresource, body, validation, false);
        }
    }

    /** Patches an object or one of its subresources. Decided against the newest state; no lost update. */
    record PatchObject(ObjectKey key, String subresource, PatchType patchType, Json patch, FieldValidation validation)
            implements OfObject {}

    /**
     * Applies a configuration to an object, and creates the object if it does not exist. The request names the field manager.
     *
     * @param subresource empty for the main resource
     * @param config the configuration as JSON
     * @param force whether to take fields from other managers
     * @param creates whether the sender may create a missing object
     * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
     */
    record ApplyObject(
            ObjectKey key, String subresource, Json config, FieldValidation validation, boolean force, boolean creates)
            implements OfObject {}

    /**
     * Deletes an object, or requests its deletion if it has finalizers or a grace period.
     *
     * @param gracePeriodSeconds null for the object's own
     * @param propagation null for the kind's default
     */
    record DeleteObject(
            ObjectKey key,
            Preconditions preconditions,
            @Nullable Long gracePeriodSeconds,
            @Nullable Propagation propagation)
            implements OfObject {}

    /**
     * Evicts a pod and sets the reason in its condition {@code DisruptionTarget}: one event for both.
     *
     * @param deletion of the pod, with its grace period
     */
    record EvictPod(DeleteObject deletion, Disruption why) implements OfObject {
        @Override
        public ObjectKey key() {
            return deletion.key();
        }
    }

    /** Sets the node of a pod, once. The pod must not have a node yet. */
    record BindPod(ObjectKey key, @Nullable String uid, String node) implements OfObject {}

    /**
     * Records that a stream to a running pod is about to be opened: who, into which container, with which command. It grants nothing; the
     * caller sends it when the pod's node has accepted the stream, and opens the stream when the event is in the log.
     *
     * @param subresource {@code exec}, {@code attach}, {@code portforward} or {@code proxy}
     * @param container empty for a port-forward
     * @param command of an exec, else empty
     */
    record OpenStream(ObjectKey key, String subresource, String container, List<String> command) implements OfObject {
        public OpenStream {
            command = List.copyOf(command);
        }
    }

    /** Requests a ServiceAccount token: body and answer are a TokenRequest. Its event does not have the token. */
    record RequestToken(ObjectKey key, Json body) implements OfObject {}
}
