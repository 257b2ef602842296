package io.shiplog.command.kind.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.ResourceNames;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** DeviceClasses: devices of a kind that claims may ask for. Their CEL expressions are compiled, not evaluated. */
public final class DeviceClassKind implements Kind {
    static final List<Column> NAME_AND_AGE = List.of(MetaColumns.NAME, MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft(ResourceKinds.GROUP, "v1", "DeviceClass", "deviceclasses", Scope.CLUSTER)
                .columns(NAME_AND_AGE)
                .done();
    }

    @Override
    public void setDefaults(ObjectNode deviceClass) {
        Trees.object(deviceClass, "spec");
    }

    @Override
    public void validate(ObjectNode deviceClass, FieldErrors errors) {
        JsonNode spec = deviceClass.path("spec");
        DeviceChecks.selectors(spec.path("selectors"), "spec.selectors", errors);
        DeviceChecks.list(
                spec.path("config"),
                DeviceChecks.MAX_CONFIGS,
                "spec.config",
                errors,
                (config, at) -> DeviceChecks.configuration(config, at, errors));
        JsonNode extended = spec.path("extendedResourceName");
        if (extended.isTextual() && !ResourceNames.isExtended(extended.asText())) {
            errors.invalid("spec.extendedResourceName", extended.asText(), "must be a valid extended resource name");
        }
    }
}
