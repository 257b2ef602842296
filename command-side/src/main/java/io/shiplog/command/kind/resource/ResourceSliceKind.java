package io.shiplog.command.kind.resource;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** ResourceSlices: the devices of a driver, on a node or for several. */
public final class ResourceSliceKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Node",
                    "NodeName identifies the node which provides the resources in this pool.",
                    (slice, now) -> text(slice, "spec", "nodeName")),
            text(
                    "Driver",
                    "Driver identifies the DRA driver providing the capacity information.",
                    (slice, now) -> text(slice, "spec", "driver")),
            text("Pool", "Name is used to identify the pool.", (slice, now) -> text(slice, "spec", "pool", "name")),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(ResourceKinds.GROUP, "v1", "ResourceSlice", "resourceslices", Scope.CLUSTER)
                .columns(COLUMNS)
                .fields("spec.nodeName", "spec.driver")
                .done();
    }

    @Override
    public void setDefaults(ObjectNode slice) {
        for (ObjectNode device : Trees.objects(slice.path("spec"), "devices")) {
            for (JsonNode capacity : device.path("capacity")) {
                if (capacity instanceof ObjectNode of && !of.has("value")) {
                    of.put("value", "0");
                }
            }
            for (JsonNode mapping : device.path("nodeAllocatableResourceMappings")) {
                if (mapping instanceof ObjectNode of && !of.has("allocationMultiplier")) {
                    of.put("allocationMultiplier", "1");
                }
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode slice, DecidedState state) {
        timeTaints(slice, state);
    }

    @Override
    public void prepareForUpdate(ObjectNode slice, ObjectNode old, DecidedState state) {
        timeTaints(slice, state);
    }

    /** A default that needs the time. */
    private static void timeTaints(ObjectNode slice, DecidedState state) {
        for (ObjectNode device : Trees.objects(slice.path("spec"), "devices")) {
            for (ObjectNode taint : Trees.objects(device, "taints")) {
                if (!taint.has("timeAdded")) {
                    taint.put(
                            "timeAdded",
                            state.now().truncatedTo(ChronoUnit.SECONDS).toString());
                }
            }
        }
    }

    @Override
    public void validateCreate(ObjectNode slice, FieldErrors errors) {
        new SliceValidation(slice.path("spec"), errors).validate(null);
    }

    @Override
    public void validateUpdate(ObjectNode slice, ObjectNode old, FieldErrors errors) {
        new SliceValidation(slice.path("spec"), errors).validate(old.path("spec"));
    }

    @Override
    public List<String> warnings(ObjectNode slice) {
        String driver = text(slice, "spec", "driver");
        return driver.equals(driver.toLowerCase(Locale.ROOT))
                ? List.of()
                : List.of("spec.driver: driver names should be lowercase; \"%s\" contains uppercase characters"
                        .formatted(driver));
    }
}
