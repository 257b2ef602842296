package io.shiplog.command.kind.apiextensions;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What makes a schema structural: every field has a type outside of {@code anyOf}, {@code allOf}, {@code oneOf} and {@code not}.
 *
 * @see <a href="https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apiserver/schema/validation.go">schema/validation.go</a>
 */
final class StructuralRules {
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private StructuralRules() {}

    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String noType;

        Level(String noType) {
            this.noType = noType;
        }
    }

    static void root(JsonNode schema, String path, FieldErrors errors) {
        schema(schema, Level.ROOT, path, errors);
    }

    private static void schema(JsonNode schema, Level level, String path, FieldErrors errors) {
        String type = text(schema, "type");
        if (type.equals("array") && !schema.path("items").isObject()) {
            errors.required(path + ".items", "must be specified");
        }
        if (schema.path("items").isObject()) {
            schema(schema.path("items"), Level.ITEM, path + ".items", errors);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            schema(property.getValue(), Level.FIELD, path + ".properties[" + property.getKey() + "]", errors);
        }
        JsonNode additional = schema.path("additionalProperties");
        if (level == Level.ROOT && !additional.isMissingNode()) {
            errors.forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        if (additional.isObject()) {
            schema(additional, Level.FIELD, path + ".additionalProperties", errors);
        }
        intOrString(schema, path, errors);
        values(schema, intOrStringOf(schema.path("anyOf")), path, errors);
        type(schema, type, level, path, errors);
        metadata(schema, level, path, errors);
    }

    private static void intOrString(JsonNode schema, String path, FieldErrors errors) {
        if (schema.path(INT_OR_STRING).asBoolean()) {
            for (String other : List.of(PRESERVE, EMBEDDED)) {
                if (schema.path(other).asBoolean()) {
                    errors.invalid(path + "." + other, true, "must be false if x-kubernetes-int-or-string is true");
                }
            }
        }
    }

    private static void type(JsonNode schema, String type, Level level, String path, FieldErrors errors) {
        boolean embedded = schema.path(EMBEDDED).asBoolean();
        boolean open =
                schema.path(INT_OR_STRING).asBoolean() || schema.path(PRESERVE).asBoolean();
        if (embedded && !type.equals("object")) {
            String needs = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                errors.required(path + ".type", needs);
            } else {
                errors.invalid(path + ".type", type, needs);
            }
        } else if (type.isEmpty() && !open) {
            errors.required(path + ".type", level.noType);
        }
        if (embedded && schema.has("additionalProperties")) {
            errors.forbidden(
                    path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            errors.invalid(path + ".type", type, "must be object at the root");
        }
        if (embedded
                && !schema.path(PRESERVE).asBoolean()
                && schema.path("properties").isEmpty()) {
            errors.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    /** What every object has is not described again, but for limits of its name. */
    private static void metadata(JsonNode schema, Level level, String path, FieldErrors errors) {
        boolean object = level == Level.ROOT || schema.path(EMBEDDED).asBoolean();
        JsonNode properties = schema.path("properties");
        for (String field : List.of("kind", "apiVersion")) {
            JsonNode property = properties.path(field);
            if (object && property.isObject() && !text(property, "type").equals("string")) {
                errors.invalid(path + ".properties[" + field + "].type", text(property, "type"), "must be string");
            }
        }
        if (!(properties.path("metadata") instanceof ObjectNode metadata)) {
            return;
        }
        String at = path + ".properties[metadata]";
        if (object && !text(metadata, "type").equals("object")) {
            errors.invalid(at + ".type", text(metadata, "type"), "must be object");
        }
        if (level == Level.ROOT) {
            ObjectNode rest = metadata.deepCopy();
            rest.remove(List.of("type", "default"));
            boolean names = true;
            for (Map.Entry<String, JsonNode> each : rest.path("properties").properties()) {
                names &= each.getKey().equals("name") || each.getKey().equals("generateName");
            }
            if (names) {
                rest.remove("properties");
            }
            if (!rest.isEmpty()) {
                errors.forbidden(
                        at,
                        "must not specify anything other than name and generateName, but metadata is implicitly specified");
            }
        }
    }

    private static boolean intOrStringOf(JsonNode anyOf) {
        return anyOf.size() == 2 && onlyType(anyOf.path(0), "integer") && onlyType(anyOf.path(1), "string");
    }

    private static boolean onlyType(JsonNode schema, String type) {
        return schema.size() == 1 && text(schema, "type").equals(type);
    }

    /** Rules for values, which may not describe structure. */
    private static void values(JsonNode schema, boolean skipAnyOf, String path, FieldErrors errors) {
        if (!skipAnyOf) {
            nested(schema, "anyOf", path, errors);
        }
        JsonNode allOf = schema.path("allOf");
        for (int i = 0; i < allOf.size(); i++) {
            boolean first = i == 0 && intOrStringOf(allOf.path(0).path("anyOf"));
            nested(allOf.path(i), first, path + ".allOf[" + i + "]", errors);
        }
        nested(schema, "oneOf", path, errors);
        if (schema.path("not").isObject()) {
            nested(schema.path("not"), false, path + ".not", errors);
        }
        String pattern = text(schema, "pattern");
        if (!pattern.isEmpty()) {
            pattern(pattern, path, errors);
        }
    }

    private static void pattern(String pattern, String path, FieldErrors errors) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            errors.invalid(
                    path + ".pattern",
                    pattern,
                    "must be a valid regular expression, but isn't: error parsing regexp: "
                            + e.getDescription().toLowerCase(Locale.ROOT));
        }
    }

    private static void nested(JsonNode schema, String junctor, String path, FieldErrors errors) {
        for (int i = 0; i < schema.path(junctor).size(); i++) {
            nested(schema.path(junctor).path(i), false, path + "." + junctor + "[" + i + "]", errors);
        }
    }

    private static void nested(JsonNode schema, boolean skipAnyOf, String path, FieldErrors errors) {
        values(schema, skipAnyOf, path, errors);
        if (schema.path("items").isObject()) {
            nested(schema.path("items"), false, path + ".items", errors);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            nested(property.getValue(), false, path + ".properties[" + property.getKey() + "]", errors);
        }
        notNested(schema, "type", "must be empty to be structural", path, errors);
        notNested(schema, "additionalProperties", "must be undefined to be structural", path, errors);
        notNested(schema, "default", "must be undefined to be structural", path, errors);
        notNested(schema, "title", "must be empty to be structural", path, errors);
        notNested(schema, "description", "must be empty to be structural", path, errors);
        for (String flag : List.of("nullable", PRESERVE, EMBEDDED, INT_OR_STRING)) {
            if (schema.path(flag).asBoolean()) {
                errors.forbidden(path + "." + flag, "must be false to be structural");
            }
        }
        if (!schema.path("x-kubernetes-list-map-keys").isEmpty()) {
            errors.forbidden(path + ".x-kubernetes-list-map-keys", "must be empty to be structural");
        }
        notNested(schema, "x-kubernetes-list-type", "must be undefined to be structural", path, errors);
        notNested(schema, "x-kubernetes-map-type", "must be undefined to be structural", path, errors);
        if (!schema.path("x-kubernetes-validations").isEmpty()) {
            errors.forbidden(path + ".x-kubernetes-validations", "must be empty to be structural");
        }
        if (schema.path("properties").has("metadata")) {
            errors.forbidden(path + ".properties[metadata]", "must not be specified in a nested context");
        }
    }

    private static void notNested(JsonNode schema, String field, String why, String path, FieldErrors errors) {
        boolean empty = schema.path(field).isTextual() && text(schema, field).isEmpty();
        if (schema.has(field) && !empty) {
            errors.forbidden(path + "." + field, why);
        }
    }

    /** Defaults must have the type of their field. Limits of their values are not checked yet. */
    static void defaults(JsonNode schema, String path, FieldErrors errors) {
        if (schema.has("default")) {
            value(schema.path("default"), schema, path + ".default", errors);
        }
        if (schema.path("items").isObject()) {
            defaults(schema.path("items"), path + ".items", errors);
        }
        if (schema.path("additionalProperties").isObject()) {
            defaults(schema.path("additionalProperties"), path + ".additionalProperties", errors);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            defaults(property.getValue(), path + ".properties[" + property.getKey() + "]", errors);
        }
    }

    private static void value(JsonNode value, JsonNode schema, String path, FieldErrors errors) {
        String type = text(schema, "type");
        String found = typeOf(value);
        boolean fits = type.isEmpty()
                || found.equals(type)
                || type.equals("number") && found.equals("integer")
                || found.equals("null") && schema.path("nullable").asBoolean();
        if (!fits) {
            errors.typeInvalid(path, found, " in body must be of type %s: \"%s\"".formatted(type, found));
            return;
        }
        JsonNode allowed = schema.path("enum");
        if (!allowed.isEmpty() && !contains(allowed, value)) {
            errors.notSupported(path, value.isTextual() ? value.asText() : value, texts(allowed));
        }
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode each : list) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case OBJECT, POJO -> "object";
            case STRING, BINARY -> "string";
            case NULL, MISSING -> "null";
        };
    }
}
