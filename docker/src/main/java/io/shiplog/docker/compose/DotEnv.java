package io.shiplog.docker.compose;

import io.shiplog.docker.client.ClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of variables, such as {@code .env}: {@code KEY=value} lines, comments, quotes, and variables in values that are not in single
 * quotes.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format">env_file format</a>
 */
final class DotEnv {
    private static final Pattern LINE =
            Pattern.compile("(?:export\\s+)?(?<key>[^\\s=:#]+)\\s*(?:[=:]\\s*(?<value>.*))?", Pattern.DOTALL);

    private DotEnv() {}

    /**
     * The variables, in the file's order. One without a value has that of the environment, or is left out.
     *
     * @param name of the file, for messages
     * @param raw whether values are taken as they are: {@code format: raw}
     */
    static Map<String, String> parse(
            String text, String name, boolean raw, UnaryOperator<@Nullable String> environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        String[] lines = text.replace("\r\n", "\n").split("\n", -1);
        Interpolation interpolation = new Interpolation(
                key -> {
                    String before = variables.get(key);
                    String outside = environment.apply(key);
                    return outside != null ? outside : before;
                },
                unset -> {});
        for (int i = 0; i < lines.length; i++) {
            int number = i + 1;
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new ClientException("%s: line %d: '%s' is not KEY=value".formatted(name, number, line));
            }
            String key = String.valueOf(parts.group("key"));
            String value = parts.group("value");
            if (value == null) {
                String inherited = environment.apply(key);
                if (inherited != null) {
                    variables.put(key, inherited);
                }
                continue;
            }
            while (!raw && opensQuote(value) && i + 1 < lines.length) {
                i++;
                value = value + "\n" + lines[i];
            }
            variables.put(key, raw ? value : value(value, name + " line " + number, interpolation));
        }
        return variables;
    }

    private static boolean opensQuote(String value) {
        return !value.isEmpty()
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && closing(value, value.charAt(0)) < 0;
    }

    private static int closing(String value, char quote) {
        for (int i = 1; i < value.length(); i++) {
            if (value.charAt(i) == '\\' && quote == '"') {
                i++;
            } else if (value.charAt(i) == quote) {
                return i;
            }
        }
        return -1;
    }

    private static String value(String value, String place, Interpolation interpolation) {
        char first = value.isEmpty() ? ' ' : value.charAt(0);
        if (first == '\'' || first == '"') {
            int end = closing(value, first);
            if (end < 0) {
                throw new ClientException(place + ": a quote is not closed");
            }
            String inside = value.substring(1, end);
            return first == '\''
                    ? inside
                    : interpolation
                            .text(
                                    inside.replace("\\n", "\n")
                                            .replace("\\t", "\t")
                                            .replace("\\\"", "\"")
                                            .replace("\\$", "$$"),
                                    place)
                            .replace("\\\\", "\\");
        }
        return interpolation.text(value.replaceAll("\\s+#.*$", "").strip(), place);
    }
}
