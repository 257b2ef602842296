package io.shiplog.command.kind.apiextensions;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** CustomResourceDefinitions: validated and stored. The kinds that they define are not served yet, so none is ever established. */
public final class CustomResourceDefinitionKind implements Kind {
    private static final int HTTPS = 443;

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        "apiextensions.k8s.io",
                        "v1",
                        "CustomResourceDefinition",
                        "customresourcedefinitions",
                        Scope.CLUSTER)
                .shortNames("crd", "crds")
                .categories("api-extensions")
                .subresources("status")
                .done();
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode definition) {
        ObjectNode spec = Trees.object(definition, "spec");
        ObjectNode names = Trees.object(spec, "names");
        String kind = text(names, "kind");
        if (!kind.isEmpty()) {
            Trees.defaultText(names, "singular", kind.toLowerCase(Locale.ROOT));
            Trees.defaultText(names, "listKind", kind + "List");
        }
        Trees.defaultText(Trees.object(spec, "conversion"), "strategy", "None");
        if (Trees.at(spec, "conversion", "webhook", "clientConfig", "service") instanceof ObjectNode service) {
            Trees.defaultNumber(service, "port", HTTPS);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode definition, DecidedState state) {
        ObjectNode status = definition.putObject("status");
        status.putNull("conditions");
        status.putObject("acceptedNames").put("plural", "").put("kind", "");
        store(definition, status.putArray("storedVersions"));
    }

    @Override
    public void prepareForUpdate(ObjectNode definition, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(definition, old, state);
        ObjectNode status = Trees.object(definition, "status").deepCopy();
        definition.set("status", status);
        store(definition, Trees.array(status, "storedVersions"));
    }

    /** A version that stores objects once is remembered. */
    private static void store(ObjectNode definition, ArrayNode stored) {
        Set<String> known = new HashSet<>(Trees.texts(stored));
        for (JsonNode version : Trees.at(definition, "spec", "versions")) {
            String name = text(version, "name");
            if (version.path("storage").asBoolean() && !known.contains(name)) {
                stored.add(name);
                return;
            }
        }
    }

    @Override
    public void validate(ObjectNode definition, FieldErrors errors) {
        DefinitionValidation.whole(definition, errors);
    }

    @Override
    public void validateCreate(ObjectNode definition, FieldErrors errors) {
        if (definition.has("status")) {
            DefinitionValidation.storedVersions(definition, errors);
        }
    }

    @Override
    public void validateUpdate(ObjectNode definition, ObjectNode old, FieldErrors errors) {
        DefinitionValidation.update(definition, old, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode definition, ObjectNode old, FieldErrors errors) {
        DefinitionValidation.status(definition, errors);
    }
}
