package io.shiplog.command.kind.resource;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.command.kind.cel.CelScope;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Checks that the kinds of devices share.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/resource/validation/validation.go">validation.go</a>
 */
final class DeviceChecks {
    static final int MAX_CONFIGS = 32;

    private static final int MAX_SELECTORS = 32;
    private static final int MAX_EXPRESSION_BYTES = 10 * 1024;
    private static final int MAX_PARAMETERS_BYTES = 10 * 1024;
    private static final int MAX_CONDITIONS = 4;
    private static final int MAX_POOL_NAME = 253;
    private static final int MAX_ID = 32;
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String NO_IDENTIFIER =
            "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or"
                    + " '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is"
                    + " '[A-Za-z_][A-Za-z0-9_]*')";

    private DeviceChecks() {}

    /** A check of one item of a list at its path. */
    @FunctionalInterface
    interface Item {
        void check(JsonNode item, String path);
    }

    /** A list of at most so many items. */
    static boolean list(JsonNode items, int max, String path, FieldErrors errors, Item item) {
        if (items.size() > max) {
            errors.tooMany(path, items.size(), max);
            return false;
        }
        int index = 0;
        for (JsonNode each : items) {
            item.check(each, path + "[" + index++ + "]");
        }
        return true;
    }

    /** The same with different keys. */
    static void set(
            JsonNode items, int max, String path, FieldErrors errors, Function<JsonNode, String> key, Item item) {
        if (!list(items, max, path, errors, item)) {
            return;
        }
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode each : items) {
            if (!seen.add(key.apply(each))) {
                errors.duplicate(path + "[" + index + "]", key.apply(each));
            }
            index++;
        }
    }

    static void label(String name, String path, FieldErrors errors) {
        Checks.each(Names.label(name), path, name, errors);
    }

    /** A name of a pool: subdomains with slashes between. */
    static void poolName(String name, String path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (name.length() > MAX_POOL_NAME) {
            errors.tooLong(path, MAX_POOL_NAME);
        }
        for (String part : name.split("/", -1)) {
            Checks.each(Names.subdomain(part), path, part, errors);
        }
    }

    static void selectors(JsonNode selectors, String path, FieldErrors errors) {
        list(selectors, MAX_SELECTORS, path, errors, (selector, at) -> {
            if (!selector.path("cel").isObject()) {
                errors.required(at + ".cel", "");
            } else if (text(selector, "cel", "expression").length() > MAX_EXPRESSION_BYTES) {
                errors.tooLong(at + ".cel.expression", MAX_EXPRESSION_BYTES);
            } else {
                expression(text(selector, "cel", "expression"), at + ".cel.expression", errors);
            }
        });
    }

    private static void expression(String expression, String path, FieldErrors errors) {
        CelScope.Compiled compiled = CelScope.ofDevice().compile(expression);
        if (compiled.problem() != null) {
            errors.invalid(path, expression, compiled.problem());
        } else if (!Trees.oneOf(compiled.result(), "bool", "dyn")) {
            errors.invalid(path, expression, "must evaluate to bool or the unknown type, not " + compiled.result());
        }
    }

    /** A configuration for a driver, which only the driver understands. */
    static void configuration(JsonNode config, String path, FieldErrors errors) {
        JsonNode opaque = config.path("opaque");
        if (!opaque.isObject()) {
            errors.required(path + ".opaque", "");
            return;
        }
        VolumeChecks.driverName(opaque.path("driver"), path + ".opaque.driver", errors);
        object(opaque.path("parameters"), path + ".opaque.parameters", errors);
    }

    /** Any JSON object within a size. */
    static void object(JsonNode raw, String path, FieldErrors errors) {
        if (raw.isMissingNode() || raw.isNull()) {
            errors.required(path, "");
        } else if (raw.toString().length() > MAX_PARAMETERS_BYTES) {
            errors.tooLong(path, MAX_PARAMETERS_BYTES);
        } else if (!raw.isObject()) {
            errors.invalid(path, "<value omitted>", "must be a valid JSON object");
        }
    }

    static void taint(JsonNode taint, String path, FieldErrors errors) {
        Checks.each(Names.qualified(text(taint, "key")), path + ".key", text(taint, "key"), errors);
        if (!text(taint, "value").isEmpty()) {
            Checks.each(Names.labelValue(text(taint, "value")), path + ".value", text(taint, "value"), errors);
        }
        Checks.oneOf(text(taint, "effect"), EFFECTS, path + ".effect", errors);
    }

    static void toleration(JsonNode toleration, String path, FieldErrors errors) {
        String key = text(toleration, "key");
        String value = text(toleration, "value");
        String effect = text(toleration, "effect");
        if (!key.isEmpty()) {
            Checks.each(Names.qualified(key), path + ".key", key, errors);
        }
        switch (text(toleration, "operator")) {
            case "Exists" -> {
                if (!value.isEmpty()) {
                    errors.invalid(path + ".value", value, "must be empty for operator `Exists`");
                }
            }
            case "Equal" -> Checks.each(Names.labelValue(value), path + ".value", value, errors);
            case "" -> errors.required(path + ".operator", "");
            default ->
                errors.notSupported(path + ".operator", text(toleration, "operator"), List.of("Equal", "Exists"));
        }
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            errors.notSupported(path + ".effect", effect, EFFECTS);
        }
    }

    /** The conditions that a device waits for before its pod is bound, and those by which that fails. */
    static void bindingConditions(JsonNode owner, String path, FieldErrors errors) {
        JsonNode conditions = owner.path("bindingConditions");
        JsonNode failures = owner.path("bindingFailureConditions");
        for (String list : List.of("bindingConditions", "bindingFailureConditions")) {
            list(
                    owner.path(list),
                    MAX_CONDITIONS,
                    path + "." + list,
                    errors,
                    (condition, at) ->
                            Checks.each(Names.qualified(condition.asText()), at, condition.asText(), errors));
        }
        Set<String> wanted = new HashSet<>();
        unique(conditions, path + ".bindingConditions", wanted, errors);
        Set<String> failed = new HashSet<>();
        int index = 0;
        for (JsonNode failure : failures) {
            String at = path + ".bindingFailureConditions[" + index++ + "]";
            if (!failed.add(failure.asText())) {
                errors.duplicate(at, failure.asText());
            }
            if (wanted.contains(failure.asText())) {
                errors.invalid(
                        at, failure.asText(), "bindingFailureConditions must not overlap with bindingConditions");
            }
        }
        if (conditions.isEmpty() && !failures.isEmpty()) {
            errors.invalid(
                    path + ".bindingConditions",
                    Checks.shown(conditions),
                    "bindingConditions are required to use bindingFailureConditions");
        }
        if (failures.isEmpty() && !conditions.isEmpty()) {
            errors.invalid(
                    path + ".bindingFailureConditions",
                    Checks.shown(failures),
                    "bindingFailureConditions are required to use bindingConditions");
        }
    }

    private static void unique(JsonNode values, String path, Set<String> seen, FieldErrors errors) {
        int index = 0;
        for (JsonNode value : values) {
            if (!seen.add(value.asText())) {
                errors.duplicate(path + "[" + index + "]", value.asText());
            }
            index++;
        }
    }

    /** An attribute's or a capacity's name: an identifier, perhaps with a driver's domain. */
    static void qualifiedName(String name, String path, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        switch (parts.length) {
            case 1 -> identifier(parts[0], path, errors);
            case 2 -> {
                if (parts[0].isEmpty()) {
                    errors.invalid(path, "", "the domain must not be empty");
                } else {
                    VolumeChecks.driverName(TextNode.valueOf(parts[0]), path, errors);
                }
                if (parts[1].isEmpty()) {
                    errors.invalid(path, "", "the name must not be empty");
                } else {
                    identifier(parts[1], path, errors);
                }
            }
            default -> {} // as Kubernetes, which does not look at more parts
        }
    }

    static void fullyQualifiedName(String name, String path, FieldErrors errors) {
        qualifiedName(name, path, errors);
        if (!name.contains("/")) {
            errors.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash");
        }
    }

    private static void identifier(String id, String path, FieldErrors errors) {
        if (id.length() > MAX_ID) {
            errors.tooLong(path, MAX_ID);
        }
        if (!IDENTIFIER.matcher(id).matches()) {
            errors.invalid(path, id, NO_IDENTIFIER);
        }
    }

    /** Which of some fields are set, quoted. */
    static String quoted(List<String> fields) {
        return String.join(", ", fields.stream().map(field -> "`" + field + "`").toList());
    }

    static boolean isTrue(JsonNode owner, String field) {
        return Trees.at(owner, field).asBoolean();
    }
}
