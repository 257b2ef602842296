package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as Compose reads it: with anchors and merge keys; {@code yes} and {@code 22:22} are texts. Texts that unfold into very many nodes are
 * refused.
 */
final class ComposeYaml {
    /** How many nodes a file has at most, aliases counted as what they stand for. */
    static final int NODE_LIMIT = 100_000;

    private static final int ALIAS_LIMIT = 500;
    private static final int DEPTH_LIMIT = 50;

    private int nodes;

    private ComposeYaml() {}

    /** Without the texts that YAML 1.1 alone takes for booleans, times and numbers to the base of 60. */
    private static final class Core extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF");
            addImplicitResolver(
                    Tag.INT, Pattern.compile("^(?:[-+]?(?:0|[1-9][0-9]*)|0[0-7]+|0x[0-9a-fA-F]+)$"), "-+0123456789");
            addImplicitResolver(
                    Tag.FLOAT,
                    Pattern.compile("^[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
                    "-+0123456789.");
            addImplicitResolver(Tag.MERGE, Pattern.compile("^(?:<<)$"), "<");
            addImplicitResolver(Tag.NULL, Pattern.compile("^(?:~|null|Null|NULL| )$"), "~nN\0");
            addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
        }
    }

    /**
     * A file's tree.
     *
     * @param name of the file, for messages
     * @throws ClientException if the text is not YAML, has a key twice, or is not a mapping
     */
    static ObjectNode parse(String text, String name) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(ALIAS_LIMIT);
        options.setNestingDepthLimit(DEPTH_LIMIT);
        Object loaded;
        try {
            loaded = new Yaml(
                            new SafeConstructor(options),
                            new Representer(new DumperOptions()),
                            new DumperOptions(),
                            options,
                            new Core())
                    .load(text);
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : " line " + (e.getProblemMark().getLine() + 1);
            throw new ClientException("%s:%s %s".formatted(name, where, e.getProblem()));
        } catch (YAMLException e) {
            throw new ClientException("%s: %s".formatted(name, e.getMessage()));
        }
        if (loaded == null) {
            throw new ClientException(name + ": the file is empty");
        }
        if (new ComposeYaml().tree(loaded, name) instanceof ObjectNode mapping) {
            return mapping;
        }
        throw new ClientException(name + ": top-level object must be a mapping");
    }

    private JsonNode tree(@Nullable Object value, String name) {
        if (++nodes > NODE_LIMIT) {
            throw new ClientException("%s: more than %d values".formatted(name, NODE_LIMIT));
        }
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (value) {
            case null -> json.nullNode();
            case Map<?, ?> map -> {
                ObjectNode object = json.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), tree(each, name)));
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = json.arrayNode();
                list.forEach(each -> array.add(tree(each, name)));
                yield array;
            }
            case Boolean flag -> json.booleanNode(flag);
            case Integer number -> json.numberNode(number);
            case Long number -> json.numberNode(number);
            case BigInteger number -> json.numberNode(number);
            case Double number -> json.numberNode(number);
            default -> json.textNode(String.valueOf(value));
        };
    }
}
