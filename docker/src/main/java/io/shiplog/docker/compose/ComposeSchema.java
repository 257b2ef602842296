package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.shiplog.docker.client.ClientException;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The Compose Specification's own JSON schema: what it does not know is refused, as by Compose. */
final class ComposeSchema {
    private static final int SHOWN_LIMIT = 5;
    private static final Schema SCHEMA = read();

    private ComposeSchema() {}

    private static Schema read() {
        try (InputStream in = Objects.requireNonNull(
                ComposeSchema.class.getResourceAsStream("/compose/compose-spec.json"), "compose-spec.json")) {
            ObjectNode schema = (ObjectNode) Json.MAPPER.readTree(in);
            // Its "$schema" has https, which no dialect's name has; "$id" is no absolute address.
            schema.remove(List.of("$schema", "$id"));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks a file after its variables were replaced.
     *
     * @param name of the file, for the message
     * @throws ClientException with the first few faults, each with the place of the value
     */
    static void check(JsonNode file, String name) {
        List<String> faults = SCHEMA.validate(file).stream()
                .filter(each -> !"oneOf".equals(each.getKeyword()) && !"anyOf".equals(each.getKeyword()))
                .map(ComposeSchema::sentence)
                .distinct()
                .toList();
        if (faults.isEmpty()) {
            faults = SCHEMA.validate(file).stream()
                    .map(ComposeSchema::sentence)
                    .distinct()
                    .toList();
        }
        if (!faults.isEmpty()) {
            throw new ClientException("validating %s: %s%s"
                    .formatted(
                            name,
                            String.join("; ", faults.subList(0, Math.min(SHOWN_LIMIT, faults.size()))),
                            faults.size() > SHOWN_LIMIT ? "; and " + (faults.size() - SHOWN_LIMIT) + " more" : ""));
        }
    }

    private static String sentence(Error error) {
        String place =
                error.getInstanceLocation().toString().replaceFirst("^/", "").replace('/', '.');
        String property = error.getProperty();
        if (("additionalProperties".equals(error.getKeyword()) || "unevaluatedProperties".equals(error.getKeyword()))
                && property != null) {
            return "%s additional properties '%s' not allowed"
                    .formatted(place, property)
                    .strip();
        }
        String message = String.valueOf(error.getMessage());
        return place.isEmpty() ? message : place + " " + message;
    }
}
