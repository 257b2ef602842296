package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Namespaces and Nodes. */
final class ClusterStrategies {
    private ClusterStrategies() {}

    static final class OfNamespace implements KindStrategy {
        /** The finalizer that stands until everything in the namespace is gone. */
        private static final String FINALIZER = "kubernetes";

        @Override
        public void setDefaults(ObjectNode namespace) {
            String name = Trees.name(namespace);
            if (!name.isEmpty()) {
                Trees.object(Trees.object(namespace, "metadata"), "labels").put("kubernetes.io/metadata.name", name);
            }
        }

        @Override
        public void prepareForCreate(ObjectNode namespace, DecidedState state) {
            ArrayNode finalizers = Trees.array(Trees.object(namespace, "spec"), "finalizers");
            if (!Trees.texts(finalizers).contains(FINALIZER)) {
                finalizers.add(FINALIZER);
            }
            namespace.putObject("status").put("phase", "Active");
        }

        @Override
        public void prepareForUpdate(ObjectNode namespace, ObjectNode old, DecidedState state) {
            KindStrategy.super.prepareForUpdate(namespace, old, state);
            // Only the finalize subresource changes them.
            Trees.object(namespace, "spec").set("finalizers", Trees.array(Trees.object(old, "spec"), "finalizers"));
        }
    }

    static final class OfNode implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode node) {
            JsonNode capacity = Trees.at(node, "status", "capacity");
            if (node.get("status") instanceof ObjectNode status && !capacity.isEmpty() && !status.has("allocatable")) {
                status.set("allocatable", capacity.deepCopy());
            }
        }

        /** A node's runner registers it with its status. */
        @Override
        public void prepareForCreate(ObjectNode node, DecidedState state) {}
    }
}
