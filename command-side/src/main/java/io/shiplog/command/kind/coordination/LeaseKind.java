package io.shiplog.command.kind.coordination;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** Leases: heartbeats and leader election, in a shard of their own. */
public final class LeaseKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Holder",
                    "holderIdentity contains the identity of the holder of a current lease.",
                    (lease, now) -> lease.path("spec").path("holderIdentity").asText()),
            MetaColumns.AGE);

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("coordination.k8s.io", "v1", "Lease", "leases", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shard("leases")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

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
