package io.shiplog.docker.compose;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.UncheckedIOException;
import java.util.List;

/** Objects as a file of YAML documents that kubectl reads back the same. */
final class Manifests {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .stringQuotingChecker(new Careful())
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build());

    private Manifests() {}

    /** Also quotes what another reader of YAML may take for a number, a date or nothing. */
    private static final class Careful extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(String value) {
            return value.isEmpty() || value.matches("[-+.]?[0-9~].*|[.~=<].*") || super.needToQuoteValue(value);
        }
    }

    /** The documents, each ended by a line of its own but the last. */
    static String yaml(List<? extends JsonNode> objects) {
        StringBuilder text = new StringBuilder();
        for (JsonNode each : objects) {
            try {
                text.append(text.isEmpty() ? "" : "---\n").append(YAML.writeValueAsString(each));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }
}
