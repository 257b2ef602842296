package io.shiplog.docker.history.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.projections.history.diff.Noise;
import io.shiplog.projections.history.text.ChangeText.Shown;
import io.shiplog.projections.history.text.SecretMask;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Objects as YAML, for display. */
public final class Manifest {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build());

    private Manifest() {}

    public static String yaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The fields of an object set by users: without the status unless requested, without noise and a Secret's values. Empty for
     * none.
     *
     * @param other the object to compare with
     * @param side {@code before} or {@code after}: which of the two it is
     */
    public static String wanted(
            @Nullable JsonNode object, @Nullable JsonNode other, String side, boolean withStatus, Shown shown) {
        if (!(object instanceof ObjectNode present)) {
            return "";
        }
        ObjectNode copy = present.deepCopy();
        if (!withStatus) {
            copy.remove("status");
        }
        hide(copy, other, side, shown);
        return yaml(copy);
    }

    /** A copy as it is displayed. */
    public static ObjectNode shown(ObjectNode object, Shown shown) {
        ObjectNode copy = object.deepCopy();
        hide(copy, null, "", shown);
        return copy;
    }

    private static void hide(ObjectNode copy, @Nullable JsonNode other, String side, Shown shown) {
        if (!shown.everything()) {
            Noise.remove(copy);
        }
        if (!shown.secrets()) {
            SecretMask.mask(copy, other, side);
        }
    }
}
