package io.shiplog.docker.story;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects as YAML, for people. */
final class Manifest {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build());

    /** What the server counts with every write. */
    private static final List<String> COUNTED = List.of("managedFields", "resourceVersion", "generation");

    private Manifest() {}

    static String yaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody set of an object, without what the server counts; with what was observed only if asked for. Empty for none. */
    static String wanted(@Nullable JsonNode object, boolean withStatus) {
        if (!(object instanceof ObjectNode present)) {
            return "";
        }
        ObjectNode copy = uncounted(present);
        if (!withStatus) {
            copy.remove("status");
        }
        return yaml(copy);
    }

    /** A copy without what the server counts. */
    static ObjectNode uncounted(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(COUNTED);
        }
        return copy;
    }
}
