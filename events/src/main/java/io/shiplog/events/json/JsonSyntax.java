package io.shiplog.events.json;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a text stops being JSON, in the words of Go's decoder: users and tools of Kubernetes know them. For texts that the parser
 * refused; a parser's own message names its internals.
 *
 * @see <a href="https://github.com/golang/go/blob/master/src/encoding/json/scanner.go">scanner.go</a>
 */
final class JsonSyntax {
    private static final String END = "unexpected end of JSON input";
    private static final String ESCAPES = "bfnrt\\/\"";
    private static final String ESCAPED_BY_GO = "\u0007\b\f\n\r\t\u000b\\";
    private static final String GO_ESCAPES = "abfnrtv\\";

    private final byte[] text;
    private final BitSet inObject = new BitSet(); // by depth; an array where it is not set
    private int depth;
    private int at;

    /** What may come next. */
    private enum Next {
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        COLON,
        AFTER_VALUE
    }

    private JsonSyntax(byte[] text) {
        this.text = text;
    }

    /** The first error: {@code invalid character 'x' looking for beginning of value}; null if the text is one JSON value. */
    static @Nullable String error(byte[] utf8) {
        try {
            new JsonSyntax(utf8).scan();
            return null;
        } catch (SyntaxException e) {
            return e.getMessage();
        }
    }

    private static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    private void scan() throws SyntaxException {
        Next next = Next.VALUE;
        while (next != Next.AFTER_VALUE || depth > 0) {
            space();
            next = step(next);
        }
        space();
        if (at < text.length) {
            throw invalid("after top-level value");
        }
    }

    private Next step(Next next) throws SyntaxException {
        int c = current();
        return switch (next) {
            case VALUE_OR_END -> c == ']' ? close() : value();
            case VALUE -> value();
            case KEY_OR_END -> c == '}' ? close() : key();
            case KEY -> key();
            case COLON -> {
                expect(':', "after object key");
                yield Next.VALUE;
            }
            case AFTER_VALUE -> afterValue(c);
        };
    }

    private Next afterValue(int c) throws SyntaxException {
        boolean object = inObject.get(depth);
        if (c == (object ? '}' : ']')) {
            return close();
        }
        expect(',', object ? "after object key:value pair" : "after array element");
        return object ? Next.KEY : Next.VALUE;
    }

    private Next close() {
        at++;
        depth--;
        return Next.AFTER_VALUE;
    }

    private Next open(boolean object) {
        at++;
        depth++;
        inObject.set(depth, object);
        return object ? Next.KEY_OR_END : Next.VALUE_OR_END;
    }

    private Next key() throws SyntaxException {
        expect('"', "looking for beginning of object key string");
        string();
        return Next.COLON;
    }

    private Next value() throws SyntaxException {
        int c = current();
        switch (c) {
            case '{' -> {
                return open(true);
            }
            case '[' -> {
                return open(false);
            }
            case '"' -> {
                at++;
                string();
            }
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> {
                if (c != '-' && !digit(c)) {
                    throw invalid("looking for beginning of value");
                }
                number();
            }
        }
        return Next.AFTER_VALUE;
    }

    /** After its first quotation mark. */
    private void string() throws SyntaxException {
        while (current() != '"') {
            int c = current();
            if (c < ' ') {
                throw invalid("in string literal");
            }
            at++;
            if (c == '\\') {
                escape();
            }
        }
        at++;
    }

    private void escape() throws SyntaxException {
        int c = current();
        if (c != 'u' && ESCAPES.indexOf(c) < 0) {
            throw invalid("in string escape code");
        }
        at++;
        for (int i = 0; c == 'u' && i < 4; i++) {
            if (Character.digit(current(), 16) < 0) {
                throw invalid("in \\u hexadecimal character escape");
            }
            at++;
        }
    }

    private void literal(String word) throws SyntaxException {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i), "in literal %s (expecting '%s')".formatted(word, word.charAt(i)));
        }
    }

    private void number() throws SyntaxException {
        if (current() == '-') {
            at++;
        }
        if (current() == '0') {
            at++;
        } else {
            digits("in numeric literal");
        }
        if (at < text.length && text[at] == '.') {
            at++;
            digits("after decimal point in numeric literal");
        }
        if (at < text.length && (text[at] | 0x20) == 'e') {
            at++;
            if (current() == '+' || current() == '-') {
                at++;
            }
            digits("in exponent of numeric literal");
        }
    }

    /** One or more. */
    private void digits(String context) throws SyntaxException {
        if (!digit(current())) {
            throw invalid(context);
        }
        while (at < text.length && digit(text[at])) {
            at++;
        }
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private void space() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    private void expect(int c, String context) throws SyntaxException {
        if (current() != c) {
            throw invalid(context);
        }
        at++;
    }

    private int current() throws SyntaxException {
        if (at >= text.length) {
            throw new SyntaxException(END);
        }
        return text[at] & 0xff;
    }

    private SyntaxException invalid(String context) {
        return new SyntaxException("invalid character '%s' %s".formatted(quoted((char) (text[at] & 0xff)), context));
    }

    /** As Go's {@code strconv.Quote}; the decoder takes each byte for a character. */
    private static String quoted(char c) {
        int escaped = ESCAPED_BY_GO.indexOf(c);
        if (c == '\'') {
            return "\\'";
        } else if (escaped >= 0) {
            return "\\" + GO_ESCAPES.charAt(escaped);
        } else if (c < ' ' || c == 0x7f) {
            return "\\x%02x".formatted((int) c);
        }
        return c > 0x7f && c <= 0xa0 || c == 0xad ? "\\u%04x".formatted((int) c) : String.valueOf(c);
    }
}
