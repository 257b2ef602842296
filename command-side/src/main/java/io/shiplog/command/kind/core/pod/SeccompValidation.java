package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/**
 * The seccomp profile of a pod or a container.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">validateSeccompProfileField</a>
 */
final class SeccompValidation {
    private static final List<String> TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");

    private SeccompValidation() {}

    /** @param profile missing if there is none */
    static void validate(JsonNode profile, String path, FieldErrors errors) {
        if (!profile.isObject()) {
            return;
        }
        String type = Trees.text(profile, "type");
        if (type.isEmpty()) {
            errors.required(path + ".type", "type is required when seccompProfile is set");
        } else if (!TYPES.contains(type)) {
            errors.notSupported(path + ".type", type, TYPES);
        }
        String file = path + ".localhostProfile";
        if (type.equals("Localhost")) {
            if (profile.has("localhostProfile")) {
                Checks.descendingPath(Trees.text(profile, "localhostProfile"), file, errors);
            } else {
                errors.required(file, "must be set when seccomp type is Localhost");
            }
        } else if (profile.has("localhostProfile")) {
            errors.invalid(file, profile, "can only be set when seccomp type is Localhost");
        }
    }
}
