package io.shiplog.gateway.http;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.GoQuote;
import io.shiplog.events.json.TreeSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first document of a YAML text, as kube-apiserver does. Aliases expand to copies, up to a limit: a few lines of them
 * may mean gigabytes. Used once.
 *
 * @see <a href="https://yaml.org/spec/1.2.2/#71-alias-nodes">YAML, alias nodes</a>
 */
final class YamlReading {
    /** The limit of all alias expansions of a text together. */
    static final int MAX_ALIASED_BYTES = 1024 * 1024;

    /** Digits of a number. A longer one is a text, as for Go's reader, which then cannot parse a number either. */
    private static final int MAX_DIGITS = 300;

    /** The most repeated fields of a text that are reported. */
    private static final int MAX_REPEATED = 100;

    private static final String MERGE = "<<";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(ClientJson.MAX_DEPTH)
                    .maxTokenCount(ClientJson.MAX_TOKENS)
                    .build())
            .build();

    private final YAMLParser parser;
    private final Map<String, JsonNode> anchors = new HashMap<>();
    private final List<String> repeated = new ArrayList<>();
    private long aliased;

    private YamlReading(YAMLParser parser) {
        this.parser = parser;
    }

    /**
     * What a text says.
     *
     * @param tree a null node for an empty text
     * @param repeated a sentence for each field that is set twice, in the words of Kubernetes' reader; the last one counts
     */
    record Read(JsonNode tree, List<String> repeated) {
        Read {
            repeated = List.copyOf(repeated);
        }
    }

    /**
     * Reads a text.
     *
     * @throws IOException if the text is not YAML, or exceeds a limit; {@link ClientJson#message} describes it
     */
    static Read read(byte[] yaml) throws IOException {
        try (YAMLParser parser = FACTORY.createParser(yaml)) {
            if (parser.nextToken() == null) {
                return new Read(NODES.nullNode(), List.of());
            }
            YamlReading reading = new YamlReading(parser);
            JsonNode value = reading.value();
            // An empty document.
            boolean nothing = value.isTextual() && value.textValue().isEmpty();
            return new Read(nothing ? NODES.nullNode() : value, reading.repeated);
        }
    }

    /** The parser's current value. Recurses no deeper than the parser allows. */
    private JsonNode value() throws IOException {
        if (parser.isCurrentAlias()) {
            return copy(parser.getText());
        }
        String anchor = parser.getObjectId();
        JsonNode value = switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            default -> NODES.textNode(parser.getText());
        };
        if (anchor != null) {
            anchors.put(anchor, value);
        }
        return value;
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        JsonNode merged = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            int line = parser.currentTokenLocation().getLineNr();
            JsonNode value = value();
            if (object.has(name) && repeated.size() < MAX_REPEATED) {
                repeated.add("line %d: key %s already set in map".formatted(line, GoQuote.of(name)));
            }
            if (name.equals(MERGE) && value.isContainerNode()) {
                merged = value;
            } else {
                object.set(name, value);
            }
        }
        merge(object, merged);
        return object;
    }

    /** {@code <<: *base}: fields that the object does not set itself. */
    private static void merge(ObjectNode object, @Nullable JsonNode merged) {
        if (merged == null) {
            return;
        }
        Iterable<JsonNode> all = merged instanceof ArrayNode several ? several : List.of(merged);
        for (JsonNode each : all) {
            each.properties().forEach(field -> object.putIfAbsent(field.getKey(), field.getValue()));
        }
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value());
        }
        return array;
    }

    private JsonNode number() throws IOException {
        String text = parser.getText();
        if (text.length() > MAX_DIGITS) {
            return NODES.textNode(text);
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = parser.getDoubleValue();
            return Double.isFinite(value) ? NODES.numberNode(value) : NODES.textNode(text);
        }
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private JsonNode copy(String anchor) throws IOException {
        JsonNode named = anchors.get(anchor);
        if (named == null) {
            throw new IOException("yaml: unknown anchor '" + anchor + "' referenced");
        }
        TreeSize size = TreeSize.of(named, MAX_ALIASED_BYTES - aliased, ClientJson.MAX_DEPTH);
        aliased += size.bytes();
        if (aliased > MAX_ALIASED_BYTES) {
            throw new IOException("yaml: document contains excessive aliasing");
        }
        if (size.depth() > ClientJson.MAX_DEPTH) {
            throw new IOException("exceeded max depth " + ClientJson.MAX_DEPTH);
        }
        return named.deepCopy();
    }
}
