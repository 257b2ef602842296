package io.shiplog.command.kind;

import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.object.Actor;
import org.jspecify.annotations.Nullable;

/** Namespaces, Nodes and Leases. */
final class ClusterStrategies {
    private ClusterStrategies() {}

    static final class OfNamespace implements KindStrategy {
        /** The finalizer that holds a namespace until it is empty. */
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
            if (old.has("spec")) {
                namespace.set("spec", old.get("spec"));
            } else {
                namespace.remove("spec");
            }
        }

        @Override
        public void prepareForStatusUpdate(ObjectNode namespace, ObjectNode old, DecidedState state) {
            KindStrategy.super.prepareForStatusUpdate(namespace, old, state);
            setDefaults(namespace);
        }

        @Override
        public void validate(ObjectNode namespace, FieldErrors errors) {
            int index = 0;
            for (JsonNode finalizer : Trees.at(namespace, "spec", "finalizers")) {
                String path = "spec.finalizers[" + index++ + "]";
                String name = finalizer.asText();
                Checks.each(Names.qualified(name), path, name, errors);
                if (!name.contains("/") && !name.equals(FINALIZER)) {
                    errors.invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified");
                }
            }
        }
    }

    static final class OfNode implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode node) {
            JsonNode capacity = Trees.at(node, "status", "capacity");
            if (node.get("status") instanceof ObjectNode status && !capacity.isEmpty() && !status.has("allocatable")) {
                status.set("allocatable", capacity.deepCopy());
            }
            if (node.get("spec") instanceof ObjectNode spec) {
                agree(spec);
            }
        }

        /**
         * {@code podCIDR} is the first of {@code podCIDRs}; where they differ, {@code podCIDR} counts. Otherwise only one of them
         * would be protected against changes.
         */
        private static void agree(ObjectNode spec) {
            String one = text(spec, "podCIDR");
            String first = spec.path("podCIDRs").path(0).asText();
            if (one.isEmpty() && !first.isEmpty()) {
                spec.put("podCIDR", first);
            } else if (!one.equals(first)) {
                spec.putArray("podCIDRs").add(one);
            }
        }

        /** A node's runner registers it with its status. */
        @Override
        public void prepareForCreate(ObjectNode node, DecidedState state) {
            TaintTimes.set(node, null, state.now());
        }

        @Override
        public void prepareForUpdate(ObjectNode node, ObjectNode old, DecidedState state) {
            KindStrategy.super.prepareForUpdate(node, old, state);
            TaintTimes.set(node, old, state.now());
        }

        @Override
        public void validate(ObjectNode node, FieldErrors errors) {
            SchedulingValidation.taints(Trees.at(node, "spec", "taints"), "spec.taints", errors);
            for (String list : new String[] {"capacity", "allocatable"}) {
                Trees.at(node, "status", list).properties().forEach(e -> {
                    Quantity quantity = Quantity.parseOrNull(e.getValue().asText());
                    String path = "status." + list + "." + e.getKey();
                    if (quantity == null) {
                        errors.invalid(path, e.getValue().asText(), Quantity.FORMAT_WRONG);
                    } else if (quantity.signum() < 0) {
                        errors.invalid(path, quantity.toString(), "must be greater than or equal to 0");
                    }
                });
            }
            int index = 0;
            for (JsonNode cidr : Trees.at(node, "spec", "podCIDRs")) {
                Checks.cidr(cidr.asText(), "spec.podCIDRs[" + index++ + "]", errors);
            }
        }

        @Override
        public @Nullable Refusal admit(ObjectNode node, @Nullable ObjectNode old, Actor actor, DecidedState state) {
            return NodeRestriction.admitNode(actor, node, old);
        }

        @Override
        public void validateUpdate(ObjectNode node, ObjectNode old, FieldErrors errors) {
            JsonNode before = Trees.at(old, "spec", "podCIDRs");
            if (!before.isEmpty() && !before.equals(Trees.at(node, "spec", "podCIDRs"))) {
                errors.forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
            }
            String provider = text(old, "spec", "providerID");
            if (!provider.isEmpty() && !provider.equals(text(node, "spec", "providerID"))) {
                errors.forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
            }
        }
    }

    static final class OfLease implements KindStrategy {
        @Override
        public void validate(ObjectNode lease, FieldErrors errors) {
            JsonNode duration = Trees.at(lease, "spec", "leaseDurationSeconds");
            if (duration.isNumber() && duration.asInt() <= 0) {
                errors.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0");
            }
            JsonNode transitions = Trees.at(lease, "spec", "leaseTransitions");
            if (transitions.isNumber() && transitions.asInt() < 0) {
                errors.invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0");
            }
            JsonNode holder = Trees.at(lease, "spec", "holderIdentity");
            if (holder.isTextual() && holder.asText().isEmpty()) {
                errors.invalid("spec.holderIdentity", "", "must not be empty");
            }
        }
    }
}
