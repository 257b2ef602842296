package io.shiplog.docker.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The schemas below docs/events, as a subscriber finds them. */
final class PromisedSchemas {
    private static final Path FOLDER = Path.of("..", "docs", "events");
    private static final String BASE = "https://shiplog.invalid/";

    private final JsonNode asyncApi = Json.of(read("asyncapi.json")).tree();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(iri -> iri.startsWith(BASE) ? read(iri.substring(BASE.length())) : null));

    private static String read(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The errors of an event, a CloudEvent in JSON, by the schema of its type's value; or that there is no schema. */
    List<String> faults(JsonNode event) {
        JsonNode message = asyncApi.path("components")
                .path("messages")
                .path(event.path("type").asText());
        if (message.isMissingNode()) {
            return List.of("is not in the catalogue");
        }
        SchemaLocation place =
                SchemaLocation.of(BASE + message.at("/payload/$ref").asText());
        return registry.getSchema(place).validate(event.path("data")).stream()
                .map(Error::toString)
                .toList();
    }
}
