package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables of a container, and the field references of variables and downward files. */
public final class EnvValidation {
    private static final List<String> SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");

    /** Fields available to variables. */
    private static final List<String> FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    /** Fields available to files. */
    static final List<String> FILE_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");

    private static final Pattern SUBSCRIPT = Pattern.compile("(metadata\\.(?:annotations|labels))\\['([^']*)'\\]");

    private EnvValidation() {}

    static void validate(JsonNode container, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode env : container.path("env")) {
            String at = path + ".env[" + index++ + "]";
            String name = text(env, "name");
            if (name.isEmpty()) {
                errors.required(at + ".name", "");
            } else {
                Checks.each(Names.env(name), at + ".name", name, errors);
            }
            if (env.has("valueFrom")) {
                source(env, env.path("valueFrom"), at + ".valueFrom", errors);
            }
        }
        index = 0;
        for (JsonNode from : container.path("envFrom")) {
            sourceOfAll(from, path + ".envFrom", index++, errors);
        }
    }

    private static void source(JsonNode env, JsonNode from, String path, FieldErrors errors) {
        int sources = 0;
        for (String source : SOURCES) {
            if (from.has(source)) {
                sources++;
                reference(source, from.path(source), path + "." + source, errors);
            }
        }
        if (sources == 0) {
            errors.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        } else if (!text(env, "value").isEmpty()) {
            errors.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (sources > 1) {
            errors.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    private static void reference(String source, JsonNode reference, String path, FieldErrors errors) {
        switch (source) {
            case "fieldRef" -> field(reference, FIELDS, path, errors);
            case "resourceFieldRef" -> resource(reference, false, path, errors);
            case "configMapKeyRef", "secretKeyRef" -> {
                Checks.each(Names.subdomain(text(reference, "name")), path + ".name", text(reference, "name"), errors);
                key(text(reference, "key"), path + ".key", errors);
            }
            default -> {
                if (text(reference, "key").isEmpty()) {
                    errors.required(path + ".key", "");
                }
            }
        }
    }

    static void key(String key, String path, FieldErrors errors) {
        if (key.isEmpty()) {
            errors.required(path, "");
        } else {
            Checks.each(Names.configKey(key), path, key, errors);
        }
    }

    /** A reference to a field of the pod. */
    static void field(JsonNode reference, List<String> supported, String path, FieldErrors errors) {
        String field = text(reference, "fieldPath");
        if (text(reference, "apiVersion").isEmpty()) {
            errors.required(path + ".apiVersion", "");
            return;
        }
        if (field.isEmpty()) {
            errors.required(path + ".fieldPath", "");
            return;
        }
        Matcher subscript = SUBSCRIPT.matcher(field);
        if (subscript.matches()) {
            String key = subscript.group(2);
            boolean annotation = subscript.group(1).endsWith("annotations");
            String checked = annotation ? key.toLowerCase(java.util.Locale.ROOT) : key;
            Checks.each(Names.qualified(checked), path, checked, errors);
        } else if (!FIELDS.contains(field) && !FILE_FIELDS.contains(field)) {
            errors.invalid(
                    path + ".fieldPath", field, "error converting fieldPath: field label not supported: " + field);
        } else if (!supported.contains(field)) {
            errors.notSupported(path + ".fieldPath", field, supported);
        }
    }

    /** A reference to a resource of a container. */
    static void resource(JsonNode reference, boolean volume, String path, FieldErrors errors) {
        String resource = text(reference, "resource");
        if (volume && text(reference, "containerName").isEmpty()) {
            errors.required(path + ".containerName", "");
        } else if (resource.isEmpty()) {
            errors.required(path + ".resource", "");
        } else if (!RESOURCES.contains(resource) && !resource.matches("(requests|limits)\\.hugepages-.+")) {
            errors.notSupported(path + ".resource", resource, RESOURCES);
        }
    }

    private static void sourceOfAll(JsonNode from, String path, int index, FieldErrors errors) {
        String prefix = text(from, "prefix");
        if (!prefix.isEmpty()) {
            Checks.each(Names.env(prefix), path + "[" + index + "].prefix", prefix, errors);
        }
        int sources = 0;
        for (String source : List.of("configMapRef", "secretRef")) {
            if (from.has(source)) {
                sources++;
                String name = text(from.path(source), "name");
                String at = path + "[" + index + "]." + source + ".name";
                if (name.isEmpty()) {
                    errors.required(at, "");
                } else {
                    Checks.each(Names.subdomain(name), at, name, errors);
                }
            }
        }
        if (sources == 0) {
            errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if (sources > 1) {
            errors.invalid(path, "", "may not have more than one field specified at a time");
        }
    }
}
