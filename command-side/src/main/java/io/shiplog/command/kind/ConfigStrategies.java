package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** ConfigMaps and Secrets. */
final class ConfigStrategies {
    private ConfigStrategies() {}

    static final class OfConfigMap implements KindStrategy {
        @Override
        public void validate(ObjectNode map, FieldErrors errors) {
            ConfigValidation.configMap(map, errors);
        }

        @Override
        public void validateUpdate(ObjectNode map, ObjectNode old, FieldErrors errors) {
            ConfigValidation.configMapUpdate(map, old, errors);
        }
    }

    static final class OfSecret implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode secret) {
            Trees.defaultText(secret, "type", "Opaque");
            if (secret.remove("stringData") instanceof ObjectNode texts) {
                ObjectNode data = Trees.object(secret, "data");
                texts.properties()
                        .forEach(e -> data.put(
                                e.getKey(),
                                Base64.getEncoder()
                                        .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            }
        }

        @Override
        public void validate(ObjectNode secret, FieldErrors errors) {
            ConfigValidation.secret(secret, errors);
        }

        @Override
        public void validateUpdate(ObjectNode secret, ObjectNode old, FieldErrors errors) {
            ConfigValidation.secretUpdate(secret, old, errors);
        }
    }
}
