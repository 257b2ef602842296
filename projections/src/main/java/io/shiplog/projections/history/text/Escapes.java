package io.shiplog.projections.history.text;

import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Escapes characters that a terminal interprets: control characters (C0, C1, DEL), line separators, and those that change the
 * direction of text.
 *
 * @see <a href="https://trojansource.codes">Trojan Source</a>
 */
public final class Escapes {
    private Escapes() {}

    /** For a text on one line: also line breaks and tabs. */
    public static String line(String text) {
        return escaped(text, c -> isControl(c) || isReordering(c));
    }

    /** For a multi-line text: line feeds and tabs stay. */
    public static String lines(String text) {
        return escaped(text, c -> c != '\n' && c != '\t' && (isControl(c) || isReordering(c)));
    }

    private static boolean isControl(int c) {
        return c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isReordering(int c) {
        return c == 0x061c || c == 0x200e || c == 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    }

    private static String escaped(String text, IntPredicate escape) {
        if (text.chars().noneMatch(escape)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (!escape.test(c)) {
                safe.append((char) c);
            } else if (c == '\n') {
                safe.append("\\n");
            } else if (c == '\t') {
                safe.append("\\t");
            } else if (c == '\r') {
                safe.append("\\r");
            } else {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return safe.toString();
    }
}
