package io.shiplog.command.kind.networking;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** IngressClasses: which controller serves which Ingresses. */
final class IngressClassKind implements Kind {
    private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";
    private static final List<String> SCOPES = List.of("Cluster", "Namespace");
    private static final int MAX_CONTROLLER = 250;

    private static final Column NAME = new Column(
            "Name",
            "string",
            "name",
            MetaColumns.NAME.description(),
            0,
            (kind, now) -> Trees.name(kind)
                    + (text(kind, "metadata", "annotations", DEFAULT).equals("true") ? " (default)" : ""));
    private static final List<Column> COLUMNS = List.of(
            NAME,
            MetaColumns.text(
                    "Controller",
                    "Controller that is responsible for handling this class",
                    (kind, now) -> text(kind, "spec", "controller")),
            MetaColumns.text(
                    "Parameters",
                    "A reference to a resource with additional parameters",
                    (kind, now) -> parameters(Trees.at(kind, "spec", "parameters"))),
            MetaColumns.AGE);

    private static String parameters(JsonNode parameters) {
        if (!parameters.isObject()) {
            return MetaColumns.NONE;
        }
        String group = parameters.hasNonNull("apiGroup") ? "." + text(parameters, "apiGroup") : "";
        return text(parameters, "kind") + group + "/" + text(parameters, "name");
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("networking.k8s.io", "v1", "IngressClass", "ingressclasses", Scope.CLUSTER)
                .columns(COLUMNS)
                .done();
    }

    @Override
    public void setDefaults(ObjectNode object) {
        if (Trees.at(object, "spec", "parameters") instanceof ObjectNode parameters
                && !parameters.hasNonNull("scope")) {
            parameters.put("scope", "Cluster");
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        String controller = text(object, "spec", "controller");
        if (controller.length() > MAX_CONTROLLER) {
            errors.tooLong("spec.controller", MAX_CONTROLLER);
        }
        Checks.domainPrefixedPath(controller, "spec.controller", errors);
        JsonNode parameters = Trees.at(object, "spec", "parameters");
        if (parameters.isObject()) {
            parameters(parameters, errors);
        }
    }

    private static void parameters(JsonNode parameters, FieldErrors errors) {
        String path = "spec.parameters";
        IngressValidation.reference(parameters, path, errors);
        String scope = text(parameters, "scope");
        boolean namespace = parameters.hasNonNull("namespace");
        if (!parameters.has("scope")) {
            errors.required(path + ".scope", "");
        } else if (!SCOPES.contains(scope)) {
            errors.notSupported(path + ".scope", scope, SCOPES);
        } else if (scope.equals("Cluster") && namespace) {
            errors.forbidden(path + ".namespace", "`parameters.scope` is set to 'Cluster'");
        } else if (scope.equals("Namespace") && !namespace) {
            errors.required(path + ".namespace", "`parameters.scope` is set to 'Namespace'");
        } else if (namespace) {
            String name = text(parameters, "namespace");
            Checks.each(Names.label(name), path + ".namespace", name, errors);
        }
    }

    @Override
    public void validateChange(ObjectNode object, ObjectNode old, FieldErrors errors) {
        validateUpdate(object, old, errors);
        validate(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        String controller = text(object, "spec", "controller");
        if (!controller.equals(text(old, "spec", "controller"))) {
            errors.invalid("spec.controller", controller, Checks.IMMUTABLE);
        }
    }
}
