package io.shiplog.command.kind.apiextensions;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The schema of a version: what OpenAPI allows and what Kubernetes leaves out of it. Rules in CEL must be there; they are not
 * compiled yet.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Structural
 *     schemas</a>
 */
final class SchemaRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");
    /** What Kubernetes does not take from JSON Schema, in the order of its checks. */
    private static final List<String> UNSUPPORTED =
            List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");

    private static final Set<String> META = Set.of("metadata", "kind", "apiVersion");
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String MAP_TYPE = "x-kubernetes-map-type";
    private static final String MAP_KEYS = "x-kubernetes-list-map-keys";

    private SchemaRules() {}

    static void root(ObjectNode schema, boolean statusEnabled, String path, FieldErrors errors) {
        String type = text(schema, "type");
        if (statusEnabled && !type.isEmpty() && !type.equals("object")) {
            errors.invalid(
                    path + ".type",
                    type,
                    "only \"object\" is allowed as the type at the root of the schema if the status subresource is"
                            + " enabled");
        }
        if (schema.path("nullable").asBoolean()) {
            errors.forbidden(path + ".nullable", "nullable cannot be true at the root");
        }
        FieldErrors structural = new FieldErrors();
        StructuralRules.root(schema, path, structural);
        errors.addSorted(structural);
        if (structural.isEmpty()) {
            StructuralRules.defaults(schema, path, errors);
        }
        check(schema, path, new Place(true, false, ""), errors);
    }

    /** The schema of a field by its path, as {@code .spec.size}; missing if there is none. */
    static JsonNode field(JsonNode schema, String path) {
        if (!path.startsWith(".")) {
            return MissingNode.getInstance();
        }
        JsonNode at = schema;
        for (String name : path.substring(1).split("\\.", -1)) {
            JsonNode property = at.path("properties").path(name);
            at = property.isMissingNode() ? at.path("additionalProperties") : property;
            if (!at.isObject()) {
                return MissingNode.getInstance();
            }
        }
        return at;
    }

    /**
     * Where a schema is.
     *
     * @param insideMeta whether it is part of an object's metadata
     * @param noDefaults why it may have no default, empty if it may
     */
    private record Place(boolean root, boolean insideMeta, String noDefaults) {
        Place below() {
            return new Place(false, insideMeta, noDefaults);
        }

        Place property(JsonNode schema, String name) {
            boolean meta =
                    (root || schema.path("x-kubernetes-embedded-resource").asBoolean()) && META.contains(name);
            return meta ? new Place(false, true, root ? "in top-level " + name : noDefaults) : below();
        }
    }

    private static void check(JsonNode schema, String path, Place place, FieldErrors errors) {
        standard(schema, path, place, errors);
        if (schema.path("uniqueItems").asBoolean()) {
            errors.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        JsonNode additional = schema.path("additionalProperties");
        boolean closes = additional.isObject() || additional.isBoolean() && !additional.asBoolean();
        if (closes && !schema.path("properties").isEmpty()) {
            errors.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
        }
        if (additional.isObject()) {
            Place below = place.insideMeta()
                    ? new Place(false, true, "inside additionalProperties applying to object metadata")
                    : place.below();
            check(additional, path + ".additionalProperties", below, errors);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            check(
                    property.getValue(),
                    path + ".properties[" + property.getKey() + "]",
                    place.property(schema, property.getKey()),
                    errors);
        }
        if (schema.path("not").isObject()) {
            check(schema.path("not"), path + ".not", place.below(), errors);
        }
        for (String junctor : List.of("allOf", "oneOf", "anyOf")) {
            for (int i = 0; i < schema.path(junctor).size(); i++) {
                check(schema.path(junctor).path(i), path + "." + junctor + "[" + i + "]", place.below(), errors);
            }
        }
        if (schema.path("items").isObject()) {
            check(schema.path("items"), path + ".items", place.below(), errors);
        }
        extensions(schema, path, errors);
        rules(schema, path, errors);
    }

    private static void standard(JsonNode schema, String path, Place place, FieldErrors errors) {
        String type = text(schema, "type");
        if (!type.isEmpty() && !TYPES.contains(type)) {
            errors.notSupported(path + ".type", type, TYPES);
        }
        if (schema.has("default") && !place.noDefaults().isEmpty()) {
            errors.forbidden(path + ".default", "must not be set " + place.noDefaults());
        }
        for (String field : UNSUPPORTED) {
            if (schema.has(field)) {
                errors.forbidden(path + "." + field, field + " is not supported");
            }
        }
        if (type.equals("null")) {
            errors.forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
        }
        if (schema.path("items").isArray() && !schema.path("items").isEmpty()) {
            errors.forbidden(path + ".items", "items must be a schema object and not an array");
        }
        if (place.insideMeta() && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            errors.forbidden(path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta");
        }
    }

    private static void extensions(JsonNode schema, String path, FieldErrors errors) {
        String preserve = "x-kubernetes-preserve-unknown-fields";
        if (schema.has(preserve) && !schema.path(preserve).asBoolean()) {
            errors.invalid(path + "." + preserve, false, "must be true or undefined");
        }
        String type = text(schema, "type");
        if (schema.has(MAP_TYPE)) {
            typed(type, "object", MAP_TYPE, path, errors);
            if (!Trees.oneOf(text(schema, MAP_TYPE), "atomic", "granular")) {
                errors.notSupported(path + "." + MAP_TYPE, text(schema, MAP_TYPE), List.of("atomic", "granular"));
            }
        }
        String listType = text(schema, LIST_TYPE);
        if (schema.has(LIST_TYPE)) {
            typed(type, "array", LIST_TYPE, path, errors);
            if (type.equals("array") && listType.equals("set")) {
                set(schema.path("items"), path + ".items", errors);
            }
            if (!Trees.oneOf(listType, "atomic", "set", "map")) {
                errors.notSupported(path + "." + LIST_TYPE, listType, List.of("atomic", "set", "map"));
            }
        }
        if (!schema.path(MAP_KEYS).isEmpty() && !listType.equals("map")) {
            String needs = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (schema.has(LIST_TYPE)) {
                errors.invalid(path + "." + LIST_TYPE, listType, needs);
            } else {
                errors.required(path + "." + LIST_TYPE, needs);
            }
        }
        if (listType.equals("map")) {
            map(schema, path, errors);
        }
        if (Trees.oneOf(listType, "map", "set")) {
            keys(schema, listType, path, errors);
        }
    }

    private static void typed(String type, String wanted, String extension, String path, FieldErrors errors) {
        String needs = "must be %s if %s is specified".formatted(wanted, extension);
        if (type.isEmpty()) {
            errors.required(path + ".type", needs);
        } else if (!type.equals(wanted)) {
            errors.invalid(path + ".type", type, needs);
        }
    }

    private static void set(JsonNode items, String path, FieldErrors errors) {
        String needs = "must be atomic as item of a list with x-kubernetes-list-type=set";
        String type = text(items, "type");
        if (type.equals("array")
                && items.has(LIST_TYPE)
                && !text(items, LIST_TYPE).equals("atomic")) {
            errors.invalid(path + "." + LIST_TYPE, text(items, LIST_TYPE), needs);
        }
        if (type.equals("object") && !text(items, MAP_TYPE).equals("atomic")) {
            errors.invalid(path + "." + MAP_TYPE, NullNode.getInstance(), needs);
        }
    }

    private static void map(JsonNode schema, String path, FieldErrors errors) {
        JsonNode keys = schema.path(MAP_KEYS);
        JsonNode items = schema.path("items");
        if (keys.isEmpty()) {
            errors.required(path + "." + MAP_KEYS, "must not be empty if x-kubernetes-list-type is map");
        }
        if (items.isMissingNode()) {
            errors.required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        if (!items.isObject()) {
            ObjectNode shown = JsonNodeFactory.instance.objectNode();
            shown.putNull("Schema").set("JSONSchemas", items);
            errors.invalid(path + ".items", shown, "must only have a single schema if x-kubernetes-list-type is map");
            return;
        }
        if (!text(items, "type").equals("object")) {
            errors.invalid(
                    path + ".items.type",
                    text(items, "type"),
                    "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (String key : texts(keys)) {
            JsonNode property = items.path("properties").path(key);
            if (property.isMissingNode()) {
                errors.invalid(path + "." + MAP_KEYS, keys, "entries must all be names of item properties");
            } else if (Trees.oneOf(text(property, "type"), "array", "object")) {
                errors.invalid(
                        path + ".items.properties[" + key + "].type",
                        "object",
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
            }
            if (!seen.add(key)) {
                errors.invalid(path + "." + MAP_KEYS, keys, "must not contain duplicate entries");
            }
        }
    }

    /** What identifies an element is always there. */
    private static void keys(JsonNode schema, String listType, String path, FieldErrors errors) {
        JsonNode items = schema.path("items");
        if (items.path("nullable").asBoolean()) {
            errors.forbidden(path + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is " + listType);
        }
        if (!listType.equals("map")) {
            return;
        }
        Set<String> required = new HashSet<>(texts(items.path("required")));
        for (String key : texts(schema.path(MAP_KEYS))) {
            JsonNode property = items.path("properties").path(key);
            String at = path + ".items.properties[" + key + "]";
            if (property.isObject() && !required.contains(key) && !property.has("default")) {
                errors.required(
                        at + ".default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property");
            }
            if (property.path("nullable").asBoolean()) {
                errors.forbidden(
                        at + ".nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
            }
        }
    }

    private static void rules(JsonNode schema, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            rule(rule, schema, path + ".x-kubernetes-validations[" + index++ + "]", errors);
        }
    }

    private static void rule(JsonNode rule, JsonNode schema, String path, FieldErrors errors) {
        String expression = text(rule, "rule").strip();
        String message = text(rule, "message");
        if (expression.isEmpty()) {
            errors.required(path + ".rule", "rule is not specified");
        } else if (!message.isEmpty() && message.isBlank()) {
            errors.invalid(path + ".message", message, "must be non-empty if specified");
        } else if (lines(message.strip())) {
            errors.invalid(path + ".message", message, "must not contain line breaks");
        } else if (lines(expression) && message.isBlank()) {
            errors.required(path + ".message", "message must be specified if rule contains line breaks");
        }
        String computed = text(rule, "messageExpression");
        if (!computed.isEmpty() && computed.isBlank()) {
            errors.required(path + ".messageExpression", "messageExpression must be non-empty if specified");
        }
        String reason = text(rule, "reason");
        if (rule.has("reason") && !REASONS.contains(reason)) {
            errors.notSupported(path + ".reason", reason, REASONS);
        }
        String field = text(rule, "fieldPath");
        if (field.isEmpty()) {
            return;
        }
        if (field.isBlank()) {
            errors.invalid(path + ".fieldPath", field, "must be non-empty if specified");
        }
        if (lines(field)) {
            errors.invalid(path + ".fieldPath", field, "must not contain line breaks");
        }
        // Names in brackets, as ['a.b'], are taken as they are.
        if (field.indexOf('[') < 0 && field(schema, field).isMissingNode()) {
            errors.invalid(path + ".fieldPath", field, "must be a valid path");
        }
    }

    private static boolean lines(String text) {
        return text.contains("\n") || text.contains("\r");
    }
}
