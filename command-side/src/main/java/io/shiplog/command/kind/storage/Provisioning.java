package io.shiplog.command.kind.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.Locale;
import java.util.Map;

/**
 * What classes of volumes have in common: a driver and its parameters.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/storage/validation/validation.go">validation.go</a>
 */
final class Provisioning {
    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_PARAMETER_BYTES = 256 * 1024;

    private Provisioning() {}

    static void driver(JsonNode name, String path, FieldErrors errors) {
        String text = name.asText("").toLowerCase(Locale.ROOT);
        if (text.isEmpty()) {
            errors.required(path, "");
        } else {
            Checks.each(Names.qualified(text), path, text, errors);
        }
    }

    static void parameters(JsonNode parameters, FieldErrors errors) {
        if (parameters.size() > MAX_PARAMETERS) {
            errors.tooLong("parameters", MAX_PARAMETERS);
            return;
        }
        if (parameters.has("")) {
            errors.invalid("parameters", "", "field can not be empty.");
        }
        if (bytes(parameters) > MAX_PARAMETER_BYTES) {
            errors.tooLong("parameters", MAX_PARAMETER_BYTES);
        }
    }

    /** The size of a map's keys and values. */
    static long bytes(JsonNode map) {
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            size += entry.getKey().getBytes(UTF_8).length
                    + entry.getValue().asText().getBytes(UTF_8).length;
        }
        return size;
    }
}
