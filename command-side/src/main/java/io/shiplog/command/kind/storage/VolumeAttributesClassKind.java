package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.util.List;

/** VolumeAttributesClasses: attributes of volumes that may change later. */
public final class VolumeAttributesClassKind implements Kind {
    public static final ResourceType TYPE = new ResourceType(StorageKinds.GROUP, "volumeattributesclasses");

    /** Removed when the class is deleted and no volume or claim uses it. */
    public static final String PROTECTION = "kubernetes.io/vac-protection";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "DriverName",
                    "Name of the CSI driver This field is immutable.",
                    (attributes, now) -> text(attributes, "driverName")),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(TYPE.group(), "v1", "VolumeAttributesClass", TYPE.resource(), Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("vac")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void prepareForCreate(ObjectNode attributes, DecidedState state) {
        VolumeChecks.protect(attributes, PROTECTION);
    }

    /** Before the values: the order in which Kubernetes lists the errors. */
    @Override
    public void validateUpdate(ObjectNode attributes, ObjectNode old, FieldErrors errors) {
        if (!text(attributes, "driverName").equals(text(old, "driverName"))) {
            errors.forbidden("driverName", "updates to driverName are forbidden.");
        }
        if (!Checks.same(attributes.path("parameters"), old.path("parameters"))) {
            errors.forbidden("parameters", "updates to parameters are forbidden.");
        }
        validateCreate(attributes, errors);
    }

    @Override
    public void validateCreate(ObjectNode attributes, FieldErrors errors) {
        Provisioning.driver(attributes.path("driverName"), "driverName", errors);
        Provisioning.parameters(attributes.path("parameters"), errors);
        if (attributes.path("parameters").isEmpty()) {
            errors.required("parameters", "must contain at least one key/value pair");
        }
    }
}
