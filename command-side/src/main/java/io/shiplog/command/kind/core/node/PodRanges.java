package io.shiplog.command.kind.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.networking.Cidr;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of a node's pods, {@code spec.podCIDRs}: no two nodes have the same, or traffic for the pods of one would go to the other. */
final class PodRanges {
    private static final ResourceType NODES = ResourceType.core("nodes");

    private PodRanges() {}

    /** Whether a node takes a range that it did not have. */
    static boolean isTaken(ObjectNode node, @Nullable ObjectNode old) {
        JsonNode ranges = Trees.at(node, "spec", "podCIDRs");
        return !ranges.isEmpty() && (old == null || !ranges.equals(Trees.at(old, "spec", "podCIDRs")));
    }

    /** Why a node cannot have its ranges, or null: one overlaps with another node's. */
    static @Nullable Refusal refusal(ObjectNode node, @Nullable ObjectNode old, DecidedState state) {
        if (!isTaken(node, old)) {
            return null;
        }
        String name = Trees.name(node);
        List<Cidr> ranges = ranges(node);
        FieldErrors errors = new FieldErrors();
        for (StoredObject other : state.list(NODES)) {
            if (other.key().name().equals(name)) {
                continue;
            }
            for (Cidr theirs : ranges(other.json().tree())) {
                if (ranges.stream().anyMatch(theirs::overlaps)) {
                    errors.invalid(
                            "spec.podCIDRs",
                            Trees.at(node, "spec", "podCIDRs"),
                            "overlaps with the addresses of node \"%s\""
                                    .formatted(other.key().name()));
                }
            }
        }
        return errors.isEmpty() ? null : errors.refusal("Node", ObjectKey.clusterScoped(NODES, name));
    }

    private static List<Cidr> ranges(JsonNode node) {
        List<Cidr> ranges = new ArrayList<>(1);
        for (JsonNode text : Trees.at(node, "spec", "podCIDRs")) {
            Cidr range = Cidr.parse(text.asText());
            if (range != null) {
                ranges.add(range);
            }
        }
        return ranges;
    }
}
