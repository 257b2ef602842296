package io.shiplog.command.kind.core.config;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** ConfigMaps and Secrets: keys, sizes, types, immutability. */
public final class ConfigValidation {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String WHEN_SET = "field is immutable when `immutable` is set";
    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";

    private ConfigValidation() {}

    static void configMap(ObjectNode map, FieldErrors errors) {
        long size = 0;
        for (var entry : map.path("data").properties()) {
            Checks.each(Names.configKey(entry.getKey()), "data[" + entry.getKey() + "]", entry.getKey(), errors);
            if (map.path("binaryData").has(entry.getKey())) {
                errors.invalid(
                        "data[" + entry.getKey() + "]", entry.getKey(), "duplicate of key present in binaryData");
            }
            size += bytes(entry.getValue().asText());
        }
        for (var entry : map.path("binaryData").properties()) {
            Checks.each(Names.configKey(entry.getKey()), "binaryData[" + entry.getKey() + "]", entry.getKey(), errors);
            size += decodedBytes(entry.getValue().asText());
        }
        if (size > MAX_BYTES) {
            errors.tooLong("[]", MAX_BYTES); // Kubernetes names no field here, which prints like this
        }
    }

    static void configMapUpdate(ObjectNode map, ObjectNode old, FieldErrors errors) {
        if (old.path("immutable").asBoolean()) {
            immutable(map, old, List.of("data", "binaryData"), errors);
        }
    }

    private static void immutable(ObjectNode now, ObjectNode old, List<String> fields, FieldErrors errors) {
        if (!now.path("immutable").asBoolean()) {
            errors.forbidden("immutable", WHEN_SET);
        }
        for (String field : fields) {
            if (!Checks.same(now.path(field), old.path(field))) {
                errors.forbidden(field, WHEN_SET);
            }
        }
    }

    static void secret(ObjectNode secret, FieldErrors errors) {
        long size = 0;
        for (var entry : secret.path("data").properties()) {
            Checks.each(Names.configKey(entry.getKey()), "data[" + entry.getKey() + "]", entry.getKey(), errors);
            size += decodedBytes(entry.getValue().asText());
        }
        if (size > MAX_BYTES) {
            errors.tooLong("data", MAX_BYTES);
        }
        secretType(secret, errors);
    }

    private static void secretType(ObjectNode secret, FieldErrors errors) {
        JsonNode data = secret.path("data");
        switch (text(secret, "type")) {
            case "kubernetes.io/service-account-token" -> {
                if (text(secret, "metadata", "annotations", ACCOUNT_NAME).isEmpty()) {
                    errors.required("metadata.annotations[" + ACCOUNT_NAME + "]", "");
                }
            }
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", errors);
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", errors);
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    errors.required("data[username]", "");
                    errors.required("data[password]", "");
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                if (text(data, "ssh-privatekey").isEmpty()) {
                    errors.required("data[ssh-privatekey]", "");
                }
            }
            case "kubernetes.io/tls" -> {
                for (String key : List.of("tls.crt", "tls.key")) {
                    if (!data.has(key)) {
                        errors.required("data[" + key + "]", "");
                    }
                }
            }
            default -> {} // other types are not validated
        }
    }

    private static void json(JsonNode data, String key, FieldErrors errors) {
        if (!data.has(key)) {
            errors.required("data[" + key + "]", "");
            return;
        }
        try {
            String text = new String(Base64.getMimeDecoder().decode(text(data, key)), StandardCharsets.UTF_8);
            if (!Json.MAPPER.readTree(text).isObject()) {
                errors.invalid("data[" + key + "]", "<secret contents redacted>", "must be a JSON object");
            }
        } catch (JsonProcessingException e) {
            errors.invalid("data[" + key + "]", "<secret contents redacted>", "unexpected end of JSON input");
        }
    }

    static void secretUpdate(ObjectNode secret, ObjectNode old, FieldErrors errors) {
        if (!text(secret, "type").equals(text(old, "type"))) {
            errors.invalid("type", text(secret, "type"), Checks.IMMUTABLE);
        }
        if (old.path("immutable").asBoolean()) {
            immutable(secret, old, List.of("data"), errors);
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long decodedBytes(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4L * 3 - padding;
    }
}
