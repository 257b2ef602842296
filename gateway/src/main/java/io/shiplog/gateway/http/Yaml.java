package io.shiplog.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import java.io.IOException;
import java.io.UncheckedIOException;

/** YAML in and out. Aliases and sizes are limited by the parser's own defaults. */
final class Yaml {
    private static final YAMLMapper MAPPER = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private Yaml() {}

    static Checked<Json> toJson(byte[] yaml) {
        try {
            JsonNode tree = MAPPER.readTree(yaml);
            return Checked.fine(Json.of(tree));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            return Checked.bad("error converting YAML to JSON: "
                    + message.lines().findFirst().orElse(""));
        }
    }

    static byte[] ofJson(Json json) {
        try {
            return MAPPER.writeValueAsBytes(json.tree());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
