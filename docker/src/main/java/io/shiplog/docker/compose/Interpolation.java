package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.docker.client.ClientException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Variables in the values of a Compose file: {@code $VAR}, {@code ${VAR}}, with {@code :-} and {@code -} for a default, {@code :?} and
 * {@code ?} for a message if it is missing, {@code :+} and {@code +} for a replacement; {@code $$} is a dollar sign.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md">Interpolation</a>
 */
final class Interpolation {
    private static final int DEPTH_LIMIT = 20;

    /** The longest text that the substitution of one value makes, in characters: a default that doubles itself ends here. */
    static final int LENGTH_LIMIT = 1 << 20;

    private final UnaryOperator<@Nullable String> environment;
    private final Consumer<String> unset;

    /**
     * @param environment a variable's value, null if it is not set
     * @param unset takes each variable that is not set and has no default
     */
    Interpolation(UnaryOperator<@Nullable String> environment, Consumer<String> unset) {
        this.environment = environment;
        this.unset = unset;
    }

    /**
     * A tree with all its texts substituted; keys stay as they are.
     *
     * @throws ClientException if a text is malformed, or a variable is missing whose absence has a message
     */
    JsonNode tree(JsonNode tree, String path) {
        switch (tree) {
            case ObjectNode object -> {
                ObjectNode copy = object.objectNode();
                object.properties()
                        .forEach(each -> copy.set(
                                each.getKey(),
                                tree(each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey())));
                return copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = array.arrayNode(array.size());
                for (int i = 0; i < array.size(); i++) {
                    copy.add(tree(array.get(i), path + "." + i));
                }
                return copy;
            }
            case TextNode text -> {
                return TextNode.valueOf(text(text.textValue(), path));
            }
            default -> {
                return tree;
            }
        }
    }

    /** A text, substituted. */
    String text(String text, String path) {
        return text.indexOf('$') < 0 ? text : substituted(text, path, 0);
    }

    private String substituted(String text, String path, int depth) {
        if (depth > DEPTH_LIMIT) {
            throw malformed(text, path);
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$') {
                out.append(c);
                at++;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '$') {
                out.append('$');
                at += 2;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '{') {
                int end = closing(text, at + 2, path);
                out.append(expression(text.substring(at + 2, end), text, path, depth));
                at = end + 1;
            } else {
                int end = nameEnd(text, at + 1);
                if (end == at + 1) {
                    throw malformed(text, path);
                }
                out.append(valueOf(text.substring(at + 1, end)));
                at = end;
            }
            if (out.length() > LENGTH_LIMIT) {
                throw new ClientException("%s is longer than %d characters once its variables are replaced"
                        .formatted(path, LENGTH_LIMIT));
            }
        }
        return out.toString();
    }

    private static int closing(String text, int from, String path) {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            if (text.startsWith("${", i)) {
                open++;
                i++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        throw malformed(text, path);
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isOfName(text.charAt(end), end == from)) {
            end++;
        }
        return end;
    }

    private static boolean isOfName(char c, boolean first) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || !first && c >= '0' && c <= '9';
    }

    private String expression(String inside, String whole, String path, int depth) {
        int end = nameEnd(inside, 0);
        if (end == 0) {
            throw malformed(whole, path);
        }
        String name = inside.substring(0, end);
        String rest = inside.substring(end);
        if (rest.isEmpty()) {
            return valueOf(name);
        }
        boolean emptyIsUnset = rest.startsWith(":");
        int operatorAt = emptyIsUnset ? 1 : 0;
        char operator = rest.length() > operatorAt ? rest.charAt(operatorAt) : ' ';
        String word = rest.substring(Math.min(rest.length(), operatorAt + 1));
        String value = environment.apply(name);
        boolean present = value != null && !(emptyIsUnset && value.isEmpty());
        return switch (operator) {
            case '-' -> present && value != null ? value : substituted(word, path, depth + 1);
            case '+' -> present ? substituted(word, path, depth + 1) : "";
            case '?' -> {
                if (!present || value == null) {
                    throw new ClientException("%s: required variable %s is missing a value: %s"
                            .formatted(path, name, substituted(word, path, depth + 1)));
                }
                yield value;
            }
            default -> throw malformed(whole, path);
        };
    }

    private String valueOf(String name) {
        String value = environment.apply(name);
        if (value == null) {
            unset.accept(name);
            return "";
        }
        return value;
    }

    private static ClientException malformed(String text, String path) {
        return new ClientException(
                "invalid interpolation format for %s: \"%s\"; you may need to escape any $ with another $"
                        .formatted(path, text));
    }
}
