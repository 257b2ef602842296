package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.NodeLabels;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;

/** CSIStorageCapacities: how much storage of a class is left for some nodes. Kubernetes has no columns of their own for them. */
public final class CsiStorageCapacityKind implements Kind {
    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        StorageKinds.GROUP, "v1", "CSIStorageCapacity", "csistoragecapacities", Scope.NAMESPACED)
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void validate(ObjectNode capacity, FieldErrors errors) {
        Checks.labelSelector(capacity.path("nodeTopology"), "nodeTopology", errors);
        String name = text(capacity, "storageClassName");
        Checks.each(Names.subdomain(name), "storageClassName", name, errors);
        Checks.notNegativeQuantity(capacity.path("capacity"), "capacity", errors);
    }

    @Override
    public void validateUpdate(ObjectNode capacity, ObjectNode old, FieldErrors errors) {
        JsonNode topology = capacity.path("nodeTopology");
        if (topology.isObject() != old.path("nodeTopology").isObject()
                || !Checks.same(topology, old.path("nodeTopology"))) {
            errors.invalid("nodeTopology", topology.isObject() ? topology : NullNode.getInstance(), Checks.IMMUTABLE);
        }
        Checks.immutableText(
                capacity.path("storageClassName"), old.path("storageClassName"), "storageClassName", errors);
    }

    @Override
    public List<String> warnings(ObjectNode capacity) {
        List<String> warnings = new ArrayList<>(0);
        JsonNode topology = capacity.path("nodeTopology");
        NodeLabels.warnOfExpressions(topology.path("matchExpressions"), "nodeTopology.matchExpressions", warnings);
        NodeLabels.warnOfLabels(topology.path("matchLabels"), "nodeTopology.matchLabels", true, warnings);
        return warnings;
    }
}
