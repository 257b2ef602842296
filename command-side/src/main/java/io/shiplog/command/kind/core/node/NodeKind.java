package io.shiplog.command.kind.core.node;

import static io.shiplog.command.kind.Kind.CLIENTS_METADATA;
import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.admission.NodeRestriction;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.pod.SchedulingValidation;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes. */
public final class NodeKind implements Kind {
    /** The field's place in Kubernetes' messages, although taints are in the spec. */
    private static final String TAINTS = "metadata.taints";

    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Node", "nodes", Scope.CLUSTER)
                .columns(NodeColumns.ALL)
                .shortNames("no")
                .subresources("status", "proxy")
                .field("spec.unschedulable", FieldPath.of("spec.unschedulable").orElse("false"))
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

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

    /** A node's runner registers it with its status. Until the node controller has seen it ready, no pod is placed on it. */
    @Override
    public void prepareForCreate(ObjectNode node, DecidedState state) {
        addNotReady(Trees.array(Trees.object(node, "spec"), "taints"));
        TaintTimes.set(node, null, state.now());
    }

    /**
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/nodetaint/admission.go">TaintNodesByCondition</a>
     */
    private static void addNotReady(ArrayNode taints) {
        for (JsonNode taint : taints) {
            if (text(taint, "key").equals(NOT_READY) && text(taint, "effect").equals("NoSchedule")) {
                return;
            }
        }
        taints.addObject().put("key", NOT_READY).put("effect", "NoSchedule");
    }

    @Override
    public void prepareForUpdate(ObjectNode node, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(node, old, state);
        TaintTimes.set(node, old, state.now());
    }

    @Override
    public void validate(ObjectNode node, FieldErrors errors) {
        SchedulingValidation.taints(Trees.at(node, "spec", "taints"), TAINTS, errors);
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
        Refusal refusal = NodeRestriction.admitNode(actor, node, old);
        return refusal != null ? refusal : PodRanges.refusal(node, old, state);
    }

    /** No two nodes have the same addresses for their pods, however many register at once. */
    @Override
    public List<Guard> guards(ObjectNode node, @Nullable ObjectNode old) {
        return PodRanges.isTaken(node, old)
                ? List.of(new Guard.Holds(state -> PodRanges.refusal(node, old, state) == null))
                : List.of();
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
        // Once for the Node and once for its change, as in Kubernetes.
        SchedulingValidation.taints(Trees.at(node, "spec", "taints"), TAINTS, errors);
    }
}
