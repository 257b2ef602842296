package io.shiplog.events.command;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked of a cluster: one command, one object. Bodies travel as the bytes that came; the decider reads them.
 */
public sealed interface Command {

    /** The object's type. */
    ResourceType type();

    /** The object's namespace, empty if it has none. */
    String namespace();

    /** A command whose object has a name already. */
    sealed interface OfObject extends Command {
        /** The object's. */
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

    /** Makes an object. The name is in the body, or made from {@code generateName}. */
    record CreateObject(ResourceType type, String namespace, Json body, FieldValidation validation)
            implements Command {}

    /**
     * Puts an object in the place of the one with its key.
     *
     * @param subresource empty for the main resource
     * @param creates whether the sender may create the object where there is none; asked only for the kinds of which Kubernetes
     *     creates objects on update
     */
    record ReplaceObject(ObjectKey key, String subresource, Json body, FieldValidation validation, boolean creates)
            implements OfObject {
        /** One that replaces only. */
        public ReplaceObject(ObjectKey key, String subresource, Json body, FieldValidation validation) {
            this(key, subresource, body, validation, false);
        }
    }

    /** Changes part of an object or of one of its subresources. Decided against the newest state; no lost update. */
    record PatchObject(ObjectKey key, String subresource, PatchType patchType, Json patch, FieldValidation validation)
            implements OfObject {}

    /**
     * Deletes an object, or asks for its deletion where finalizers or a grace period stand before it.
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
     * Deletes a pod that somebody else needs gone, and says in its condition {@code DisruptionTarget} why: one event for both.
     *
     * @param deletion of the pod, with its grace period
     */
    record EvictPod(DeleteObject deletion, Disruption why) implements OfObject {
        @Override
        public ObjectKey key() {
            return deletion.key();
        }
    }

    /** Sets the node of a pod, once. The pod must have no node yet. */
    record BindPod(ObjectKey key, @Nullable String uid, String node) implements OfObject {}

    /** Asks for a ServiceAccount token: body and answer are a TokenRequest. Leaves no event, as in Kubernetes. */
    record RequestToken(ObjectKey key, Json body) implements OfObject {}
}
