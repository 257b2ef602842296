package io.shiplog.gateway.http;

import io.shiplog.gateway.outcome.Checked;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names of field managers.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers">Managers</a>
 */
public final class FieldManagers {
    /** Longer names are refused; those made of a User-Agent are cut. */
    static final int MAX_BYTES = 128;

    private FieldManagers() {}

    /** The name for a client that gives none: its User-Agent up to the first slash, without characters that cannot be printed. */
    static String ofUserAgent(@Nullable String agent) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        String first = agent == null ? "" : agent.split("/", 2)[0];
        for (int c : first.codePoints().toArray()) {
            if (!isPrintable(c)) {
                continue;
            }
            bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                break;
            }
            name.appendCodePoint(c);
        }
        return name.toString();
    }

    /**
     * Checks a name given by a client.
     *
     * @param kind of the options, for messages: CreateOptions, UpdateOptions, PatchOptions
     */
    public static Checked<String> checked(String name, String kind) {
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return InvalidOptions.of(
                    kind,
                    "fieldManager",
                    "FieldValueTooLong",
                    "Too long: may not be more than %d bytes".formatted(MAX_BYTES));
        }
        int position = 0;
        for (int c : name.codePoints().toArray()) {
            if (!isPrintable(c)) {
                return InvalidOptions.of(
                        kind,
                        "fieldManager",
                        "FieldValueInvalid",
                        "Invalid value: %s: invalid character U+%04X (at position %d)"
                                .formatted(quoted(name), c, position));
            }
            position += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
        }
        return Checked.ok(name);
    }

    /** As Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the space. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** As Go's {@code %q}. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').appendCodePoint(c);
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                default -> {
                    if (isPrintable(c)) {
                        quoted.appendCodePoint(c);
                    } else if (c < 0x80) {
                        quoted.append("\\x%02x".formatted(c));
                    } else {
                        quoted.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
