package io.shiplog.command.kind.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;

/** ResourceClaimTemplates: claims that pods get of their own. */
public final class ResourceClaimTemplateKind implements Kind {
    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        ResourceKinds.GROUP, "v1", "ResourceClaimTemplate", "resourceclaimtemplates", Scope.NAMESPACED)
                .columns(DeviceClassKind.NAME_AND_AGE)
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode template) {
        ObjectNode spec = Trees.object(template, "spec");
        Trees.object(spec, "metadata");
        DeviceClaims.setDefaults(Trees.object(spec, "spec"));
    }

    @Override
    public void validate(ObjectNode template, FieldErrors errors) {
        Checks.labels(Trees.at(template, "spec", "metadata", "labels"), "spec.metadata.labels", errors);
        DeviceClaims.validate(Trees.at(template, "spec", "spec"), "spec.spec", errors);
    }

    @Override
    public void validateUpdate(ObjectNode template, ObjectNode old, FieldErrors errors) {
        if (!template.path("spec").equals(old.path("spec"))) {
            errors.invalid("spec", shown(template.path("spec")), Checks.IMMUTABLE);
        }
    }

    /** The metadata of a template is shown without a name of its own. */
    private static ObjectNode shown(JsonNode spec) {
        ObjectNode shown = Json.MAPPER.createObjectNode();
        if (spec.path("metadata") instanceof ObjectNode metadata) {
            shown.setAll(metadata);
        }
        shown.set("Spec", DeviceClaims.FORM.of(spec.path("spec")));
        return shown;
    }
}
