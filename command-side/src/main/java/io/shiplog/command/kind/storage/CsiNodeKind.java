package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.message.GoForm.any;
import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.message.GoForm;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSINodes: the drivers of the Container Storage Interface on a node. */
public final class CsiNodeKind implements Kind {
    private static final int MAX_NODE_ID = 256;

    /** Without what a driver can attach: that may change. */
    private static final GoForm DRIVER = GoForm.of(
            GoForm.text("Name"),
            GoForm.text("NodeID"),
            any("TopologyKeys"),
            any("Allocatable").named("none"));

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            number(
                    "Drivers",
                    "Drivers indicates the number of CSI drivers registered on the node",
                    (node, now) -> Trees.at(node, "spec", "drivers").size()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(StorageKinds.GROUP, "v1", "CSINode", "csinodes", Scope.CLUSTER)
                .columns(COLUMNS)
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
    public void prepareForCreate(ObjectNode node, DecidedState state) {
        showEmptyLists(node);
    }

    @Override
    public void prepareForUpdate(ObjectNode node, ObjectNode old, DecidedState state) {
        showEmptyLists(node);
    }

    /** Kubernetes shows the drivers, and the keys of each, even if there are none. */
    private static void showEmptyLists(ObjectNode node) {
        ObjectNode spec = Trees.object(node, "spec");
        if (spec.path("drivers").isEmpty()) {
            spec.putNull("drivers");
        }
        for (ObjectNode driver : Trees.objects(spec, "drivers")) {
            if (driver.path("topologyKeys").isEmpty()) {
                driver.putNull("topologyKeys");
            }
        }
    }

    @Override
    public void validate(ObjectNode node, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode driver : Trees.at(node, "spec", "drivers")) {
            String at = "spec.drivers[" + index++ + "]";
            VolumeChecks.driverName(driver.path("name"), at + ".name", errors);
            nodeId(text(driver, "nodeID"), at + ".nodeID", errors);
            Checks.notNegative(Trees.at(driver, "allocatable", "count"), at + ".allocatable.count", errors);
            if (!names.add(text(driver, "name"))) {
                errors.duplicate(at + ".name", text(driver, "name"));
            }
            topologyKeys(driver.path("topologyKeys"), at, errors);
        }
    }

    private static void nodeId(String id, String path, FieldErrors errors) {
        if (id.isEmpty()) {
            errors.required(path, "");
        }
        if (id.length() > MAX_NODE_ID) {
            errors.invalid(path, id, "must be %d characters or less".formatted(MAX_NODE_ID));
        }
    }

    private static void topologyKeys(JsonNode keys, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        for (JsonNode key : keys) {
            if (key.asText().isEmpty()) {
                errors.required(path, "");
            }
            if (!seen.add(key.asText())) {
                errors.duplicate(path, key.asText());
            }
            Checks.each(Names.qualified(key.asText()), path, key.asText(), errors);
        }
    }

    @Override
    public void validateUpdate(ObjectNode node, ObjectNode old, FieldErrors errors) {
        for (JsonNode before : Trees.at(old, "spec", "drivers")) {
            for (JsonNode now : Trees.at(node, "spec", "drivers")) {
                JsonNode shown = DRIVER.of(now);
                if (text(now, "name").equals(text(before, "name")) && !shown.equals(DRIVER.of(before))) {
                    errors.invalid("spec.drivers", shown, Checks.IMMUTABLE);
                }
            }
        }
    }
}
