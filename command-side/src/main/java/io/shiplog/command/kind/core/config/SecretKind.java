package io.shiplog.command.kind.core.config;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Secrets. */
public final class SecretKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Type",
                    "Used to facilitate programmatic handling of secret data.",
                    (secret, now) -> secret.path("type").asText()),
            text(
                    "Data",
                    "Data contains the secret data.",
                    (secret, now) -> secret.path("data").size()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Secret", "secrets", Scope.NAMESPACED)
                .columns(COLUMNS)
                .fields("type")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

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
