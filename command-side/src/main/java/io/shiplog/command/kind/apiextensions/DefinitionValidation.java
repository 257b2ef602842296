package io.shiplog.command.kind.apiextensions;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.WebhookClients;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Definitions, but for their schemas. Paths are those of Kubernetes' internal form: what all versions have in common stands
 * beside the versions, and a webhook's fields stand in {@code conversion}.
 *
 * @see <a
 *     href="https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apis/apiextensions/validation/validation.go">ValidateCustomResourceDefinition</a>
 */
final class DefinitionValidation {
    private static final String APPROVAL = "api-approved.kubernetes.io";
    private static final String APPROVAL_DOCUMENT = ", see https://github.com/kubernetes/enhancements/pull/1111";
    private static final List<String> SCOPES = List.of("Cluster", "Namespaced");
    private static final List<String> STRATEGIES = List.of("None", "Webhook");
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int MAX_WARNING = 256;
    private static final int MAX_SELECTABLE_FIELDS = 8;
    private static final String MIXED_CASE = "may have mixed case, but should otherwise match: ";

    private DefinitionValidation() {}

    static void whole(ObjectNode definition, FieldErrors errors) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        String name = Trees.name(definition);
        if (!name.isEmpty() && !name.equals(text(names, "plural") + "." + text(spec, "group"))) {
            errors.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        }
        spec(spec, errors);
        approval(definition, text(spec, "group"), errors);
        if (spec.path("preserveUnknownFields").asBoolean()) {
            errors.invalid(
                    "spec.preserveUnknownFields",
                    true,
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead");
        }
    }

    private static void spec(JsonNode spec, FieldErrors errors) {
        group(text(spec, "group"), errors);
        Checks.oneOf(text(spec, "scope"), SCOPES, "spec.scope", errors);
        JsonNode versions = spec.path("versions");
        for (int i = 0; i < versions.size(); i++) {
            if (!versions.path(i).path("schema").path("openAPIV3Schema").isObject()) {
                errors.required("spec.versions[" + i + "].schema.openAPIV3Schema", "");
            }
        }
        boolean sharedSchema = shared(versions, "schema");
        boolean sharedParts = shared(versions, "subresources");
        boolean sharedColumns = shared(versions, "additionalPrinterColumns");
        boolean sharedFields = shared(versions, "selectableFields");
        int index = 0;
        int stored = 0;
        Set<String> seen = new HashSet<>();
        boolean unique = true;
        for (JsonNode version : versions) {
            String path = "spec.versions[" + index++ + "]";
            String name = text(version, "name");
            stored += version.path("storage").asBoolean() ? 1 : 0;
            unique &= seen.add(name);
            together(Names.label1035(name), path + ".name", name, "", errors);
            warning(version, path + ".deprecationWarning", errors);
            if (!sharedSchema) {
                schema(version.path("schema"), version, path + ".schema", errors);
            }
            if (!sharedParts) {
                scale(version.path("subresources"), path + ".subresources", errors);
            }
            if (!sharedColumns) {
                columns(version.path("additionalPrinterColumns"), path + ".additionalPrinterColumns", errors);
            }
            if (!sharedFields) {
                selectable(version, path + ".selectableFields", errors);
            }
        }
        JsonNode shown = versions.isMissingNode() ? NullNode.getInstance() : versions;
        if (!unique) {
            errors.invalid("spec.versions", shown, "must contain unique version names");
        }
        if (stored != 1) {
            errors.invalid("spec.versions", shown, "must have exactly one version marked as storage version");
        }
        JsonNode first = versions.path(0);
        String version = text(first, "name");
        if (!version.isEmpty()) {
            together(Names.label1035(version), "spec.version", version, "", errors);
        }
        JsonNode names = spec.path("names");
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            if (text(names, field).isEmpty()) {
                errors.required("spec.names." + field, "");
            }
        }
        names(names, "spec.names", errors);
        if (sharedSchema) {
            schema(first.path("schema"), first, "spec.validation", errors);
        }
        if (sharedParts) {
            scale(first.path("subresources"), "spec.subresources", errors);
        }
        if (sharedColumns) {
            columns(first.path("additionalPrinterColumns"), "spec.additionalPrinterColumns", errors);
        }
        if (sharedFields) {
            selectable(first, "spec.selectableFields", errors);
        }
        conversion(spec.path("conversion"), errors);
    }

    /** Whether all versions have the same value, and so Kubernetes keeps it once. */
    private static boolean shared(JsonNode versions, String field) {
        JsonNode first = versions.path(0).path(field);
        if (first.isMissingNode()) {
            return false;
        }
        for (JsonNode version : versions) {
            if (!version.path(field).equals(first)) {
                return false;
            }
        }
        return true;
    }

    private static void schema(JsonNode schema, JsonNode version, String path, FieldErrors errors) {
        if (schema.path("openAPIV3Schema") instanceof ObjectNode root) {
            boolean status = Trees.at(version, "subresources", "status").isObject();
            SchemaRules.root(root, status, path + ".openAPIV3Schema", errors);
        }
    }

    private static void group(String group, FieldErrors errors) {
        List<String> wrong = Names.subdomain(group);
        if (group.isEmpty()) {
            errors.required("spec.group", "");
        } else if (!wrong.isEmpty()) {
            together(wrong, "spec.group", group, "", errors);
        } else if (group.indexOf('.') < 0) {
            errors.invalid("spec.group", group, "should be a domain with at least one dot");
        }
    }

    private static void together(
            List<String> wrong, String path, String value, String introduction, FieldErrors errors) {
        if (!wrong.isEmpty()) {
            errors.invalid(path, value, introduction + String.join(",", wrong));
        }
    }

    private static void warning(JsonNode version, String path, FieldErrors errors) {
        if (!version.hasNonNull("deprecationWarning")) {
            return;
        }
        String warning = text(version, "deprecationWarning");
        if (!version.path("deprecated").asBoolean()) {
            errors.invalid(path, warning, "can only be set for deprecated versions");
            return;
        }
        if (warning.length() > MAX_WARNING) {
            errors.invalid(path, warning, "must be <= 256 characters long");
        }
        if (warning.isEmpty()) {
            errors.invalid(path, warning, "must not be an empty string");
        }
        for (int i = 0; i < warning.length(); i++) {
            if (Character.isISOControl(warning.charAt(i))) {
                errors.invalid(
                        path,
                        warning,
                        "must only contain printable UTF-8 characters; non-printable character found at index " + i);
                return;
            }
        }
    }

    private static void names(JsonNode names, String path, FieldErrors errors) {
        for (String field : List.of("plural", "singular")) {
            String name = text(names, field);
            if (!name.isEmpty()) {
                together(Names.label1035(name), path + "." + field, name, "", errors);
            }
        }
        String kind = text(names, "kind");
        String listKind = text(names, "listKind");
        for (String field : List.of("kind", "listKind")) {
            String name = text(names, field);
            if (!name.isEmpty()) {
                together(Names.label1035(name.toLowerCase(Locale.ROOT)), path + "." + field, name, MIXED_CASE, errors);
            }
        }
        each(names.path("shortNames"), path + ".shortNames", errors);
        if (!kind.isEmpty() && kind.equals(listKind)) {
            errors.invalid(path + ".listKind", listKind, "kind and listKind may not be the same");
        }
        each(names.path("categories"), path + ".categories", errors);
    }

    private static void each(JsonNode names, String path, FieldErrors errors) {
        int index = 0;
        for (String name : texts(names)) {
            together(Names.label1035(name), path + "[" + index++ + "]", name, "", errors);
        }
    }

    private static void scale(JsonNode subresources, String path, FieldErrors errors) {
        JsonNode scale = subresources.path("scale");
        if (!scale.isObject()) {
            return;
        }
        below(scale, "specReplicasPath", ".spec.", path + ".scale.specReplicasPath", errors);
        below(scale, "statusReplicasPath", ".status.", path + ".scale.statusReplicasPath", errors);
        String selector = text(scale, "labelSelectorPath");
        String at = path + ".scale.labelSelectorPath";
        if (!selector.isEmpty() && simplePath(selector, at, errors)) {
            if (!selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
                errors.invalid(at, selector, "should be a json path under either .spec or .status");
            }
        }
    }

    private static void below(JsonNode scale, String field, String parent, String path, FieldErrors errors) {
        String value = text(scale, field);
        if (value.isEmpty()) {
            errors.required(path, "");
        } else if (simplePath(value, path, errors) && !value.startsWith(parent)) {
            errors.invalid(path, value, "should be a json path under " + parent.substring(0, parent.length() - 1));
        }
    }

    private static boolean simplePath(String value, String path, FieldErrors errors) {
        if (value.startsWith(".")) {
            return true;
        }
        errors.invalid(path, value, "must be a simple json path starting with .");
        return false;
    }

    private static void columns(JsonNode columns, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode column : columns) {
            String at = path + "[" + index++ + "]";
            if (text(column, "name").isEmpty()) {
                errors.required(at + ".name", "");
            }
            String type = text(column, "type");
            String types = "must be one of " + String.join(",", COLUMN_TYPES);
            if (type.isEmpty()) {
                errors.required(at + ".type", types);
            } else if (!COLUMN_TYPES.contains(type)) {
                errors.invalid(at + ".type", type, types);
            }
            String format = text(column, "format");
            if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
                errors.invalid(at + ".format", format, "must be one of " + String.join(",", COLUMN_FORMATS));
            }
            String json = text(column, "jsonPath");
            if (json.isEmpty()) {
                errors.required(at + ".JSONPath", "");
            } else {
                simplePath(json, at + ".JSONPath", errors);
            }
        }
    }

    private static void selectable(JsonNode version, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode field : version.path("selectableFields")) {
            String at = path + "[" + index++ + "].jsonPath";
            String json = text(field, "jsonPath");
            JsonNode found = SchemaRules.field(Trees.at(version, "schema", "openAPIV3Schema"), json);
            if (json.isEmpty()) {
                errors.required(at, "");
                continue;
            }
            if (found.isMissingNode()) {
                errors.invalid(at, json, "is an invalid path: does not refer to a valid field");
                continue;
            }
            if (json.startsWith(".metadata")) {
                errors.invalid(at, json, "must not point to fields in metadata");
            }
            if (!Trees.oneOf(text(found, "type"), "string", "boolean", "integer")) {
                errors.invalid(
                        at,
                        json,
                        "must point to a field of type string, boolean or integer. Enum string fields and strings with"
                                + " formats are allowed.");
            }
            if (!seen.add(json)) {
                errors.duplicate(at, json);
            }
        }
        if (seen.size() > MAX_SELECTABLE_FIELDS) {
            errors.tooMany(path, seen.size(), MAX_SELECTABLE_FIELDS);
        }
    }

    private static void conversion(JsonNode conversion, FieldErrors errors) {
        String path = "spec.conversion";
        String strategy = text(conversion, "strategy");
        JsonNode webhook = conversion.path("webhook");
        Checks.oneOf(strategy, STRATEGIES, path + ".strategy", errors);
        if (strategy.equals("Webhook")) {
            if (webhook.path("clientConfig").isObject()) {
                WebhookClients.check(webhook.path("clientConfig"), path + ".webhookClientConfig", errors);
            } else {
                errors.required(path + ".webhookClientConfig", "required when strategy is set to Webhook");
            }
            reviewVersions(webhook.path("conversionReviewVersions"), path + ".conversionReviewVersions", errors);
            return;
        }
        if (webhook.path("clientConfig").isObject()) {
            errors.forbidden(path + ".webhookClientConfig", "should not be set when strategy is not set to Webhook");
        }
        if (!webhook.path("conversionReviewVersions").isEmpty()) {
            errors.forbidden(
                    path + ".conversionReviewVersions", "should not be set when strategy is not set to Webhook");
        }
    }

    private static void reviewVersions(JsonNode versions, String path, FieldErrors errors) {
        if (versions.isEmpty()) {
            errors.required(path, "");
            return;
        }
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (String version : texts(versions)) {
            String at = path + "[" + index++ + "]";
            if (seen.add(version)) {
                Checks.each(Names.label1035(version), at, version, errors);
            } else {
                errors.invalid(at, version, "duplicate version");
            }
        }
        if (REVIEW_VERSIONS.stream().noneMatch(seen::contains)) {
            errors.invalid(path, versions, "must include at least one of " + String.join(", ", REVIEW_VERSIONS));
        }
    }

    /** Groups of the Kubernetes community need its approval. */
    private static void approval(ObjectNode definition, String group, FieldErrors errors) {
        boolean community = Trees.oneOf(group, "k8s.io", "kubernetes.io")
                || group.endsWith(".k8s.io")
                || group.endsWith(".kubernetes.io");
        if (!community) {
            return;
        }
        JsonNode annotation = Trees.at(definition, "metadata", "annotations", APPROVAL);
        String value = annotation.asText("");
        String path = "metadata.annotations[" + APPROVAL + "]";
        String needs = "protected groups must have approval annotation \"" + APPROVAL + "\"";
        if (annotation.isMissingNode() || value.isEmpty()) {
            errors.required(path, needs + APPROVAL_DOCUMENT);
        } else if (!value.startsWith("unapproved") && !value.matches("[a-z]+://[^/].*")) {
            errors.invalid(
                    path,
                    value,
                    needs + " with either a URL or a reason starting with \"unapproved\"" + APPROVAL_DOCUMENT);
        }
    }

    static void update(ObjectNode definition, ObjectNode old, FieldErrors errors) {
        JsonNode now = definition.path("spec");
        JsonNode before = old.path("spec");
        if (established(old)) {
            immutable(now.path("scope"), before.path("scope"), "spec.scope", errors);
            immutable(now.path("names").path("kind"), before.path("names").path("kind"), "spec.names.kind", errors);
        }
        immutable(now.path("group"), before.path("group"), "spec.group", errors);
        immutable(now.path("names").path("plural"), before.path("names").path("plural"), "spec.names.plural", errors);
        storedVersions(definition, errors);
    }

    private static void immutable(JsonNode now, JsonNode before, String path, FieldErrors errors) {
        if (!now.asText("").equals(before.asText(""))) {
            errors.invalid(path, now.asText(""), Checks.IMMUTABLE);
        }
    }

    private static boolean established(ObjectNode definition) {
        return Trees.objects(definition.path("status"), "conditions").stream()
                .anyMatch(each -> text(each, "type").equals("Established")
                        && text(each, "status").equals("True"));
    }

    static void status(ObjectNode definition, FieldErrors errors) {
        names(Trees.at(definition, "status", "acceptedNames"), "status.acceptedNames", errors);
        storedVersions(definition, errors);
    }

    static void storedVersions(ObjectNode definition, FieldErrors errors) {
        String path = "status.storedVersions";
        JsonNode stored = Trees.at(definition, "status", "storedVersions");
        if (stored.isEmpty()) {
            errors.invalid(path, NullNode.getInstance(), "must have at least one stored version");
            return;
        }
        List<String> names = texts(stored);
        Set<String> known = new HashSet<>(names);
        Set<String> versions = new HashSet<>();
        for (JsonNode version : Trees.at(definition, "spec", "versions")) {
            String name = text(version, "name");
            versions.add(name);
            if (version.path("storage").asBoolean() && !known.contains(name)) {
                errors.invalid(path, stored, "must have the storage version " + name);
            }
        }
        for (int i = 0; i < names.size(); i++) {
            if (!versions.contains(names.get(i))) {
                errors.invalid(
                        path + "[" + i + "]",
                        names.get(i),
                        ("missing from spec.versions; %1$s was previously a storage version, and must remain in"
                                        + " spec.versions until a storage migration ensures no data remains persisted in %1$s"
                                        + " and removes %1$s from status.storedVersions")
                                .formatted(names.get(i)));
            }
        }
    }
}
