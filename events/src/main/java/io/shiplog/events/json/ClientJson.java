package io.shiplog.events.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Parses JSON from clients. Stricter than {@link Json#MAPPER}, which reads what this process or the log wrote: the text must be
 * UTF-8, escapes must form characters, and depth and number of values are limited before memory is allocated.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-8">RFC 8259, string and character issues</a>
 */
public final class ClientJson {
    /** Maximum nesting of a body. Less than {@link Json#MAPPER} reads: stored objects stay readable inside other documents. */
    public static final int MAX_DEPTH = 190;

    /** Maximum tokens of a body. A real object has a tenth of it; defaults make several values out of one. */
    public static final int MAX_TOKENS = 500_000;

    private static final String LONE_SURROGATE = "invalid surrogate pair in string escape";
    private static final int HIGH = 1;
    private static final int LOW = 2;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long BACKSLASHES = LOW_BITS * '\\';

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .build();

    private ClientJson() {}

    /** A text is not JSON, or exceeds a limit. The message can be sent to a client. */
    public static final class UnreadableException extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * A parser over a text whose characters were checked. {@link #message} describes what it throws.
     *
     * @throws UnreadableException if the text is not UTF-8 or holds half a surrogate pair
     */
    public static JsonParser parser(Json text) throws IOException {
        byte[] utf8 = text.utf8();
        String wrong = wrongCharacters(utf8);
        if (wrong != null) {
            throw new UnreadableException(wrong);
        }
        return MAPPER.getFactory().createParser(utf8);
    }

    /**
     * The tree of a text.
     *
     * @return a missing node for an empty text
     * @throws UnreadableException if the text is not JSON, holds a number out of range of a double, has trailing content, or
     *     exceeds a limit
     */
    public static JsonNode tree(Json text) throws UnreadableException {
        try (JsonParser parser = parser(text)) {
            if (parser.nextToken() == null) {
                return MAPPER.missingNode();
            }
            JsonNode tree = value(parser);
            if (parser.nextToken() != null) {
                throw new UnreadableException(trailing(text));
            }
            return tree;
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadableException(message(e, text));
        }
    }

    /**
     * The tree of the parser's current value.
     *
     * @throws UnreadableException if it holds a number out of range of a double
     */
    public static JsonNode value(JsonParser parser) throws IOException {
        JsonNode tree = MAPPER.readTree(parser);
        if (!TreeSize.finite(tree)) {
            throw new UnreadableException("json: cannot unmarshal number into Go value of type float64");
        }
        return tree;
    }

    /** What is wrong with a text that goes on after its value. */
    public static String trailing(Json text) {
        return Objects.requireNonNullElse(JsonSyntax.error(text.utf8()), "invalid character after top-level value");
    }

    /** Why a text could not be parsed: Go's words for a syntax error, else as {@link #message(IOException)}. */
    public static String message(IOException e, Json text) {
        String syntax = e instanceof JsonParseException ? JsonSyntax.error(text.utf8()) : null;
        return syntax == null ? message(e) : syntax;
    }

    /** Why a text could not be parsed, in a sentence without names of this program's internals. */
    public static String message(IOException e) {
        return switch (e) {
            case StreamConstraintsException limit
            when said(limit).startsWith("Document nesting depth") -> "exceeded max depth " + MAX_DEPTH;
            case StreamConstraintsException limit
            when said(limit).startsWith("Token count") -> "exceeded max number of tokens " + MAX_TOKENS;
            case StreamConstraintsException limit -> said(limit).replaceFirst(", from .*$", ")");
            case JsonProcessingException malformed -> said(malformed);
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String said(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage());
    }

    private static @Nullable String wrongCharacters(byte[] utf8) {
        boolean ascii = true;
        boolean high = false; // the previous escape was the first half of a pair
        for (int i = 0; i < utf8.length; i++) {
            if (!high && i + Long.BYTES <= utf8.length && plain((long) EIGHT.get(utf8, i))) {
                i += Long.BYTES - 1;
                continue;
            }
            byte b = utf8[i];
            ascii &= b >= 0;
            if (b == 0) {
                return "invalid character '\\x00': the text is not UTF-8";
            }
            if (b != '\\') {
                if (high) {
                    return LONE_SURROGATE;
                }
                continue;
            }
            int half = i + 5 < utf8.length && utf8[i + 1] == 'u' ? surrogate(utf8, i + 2) : 0;
            if (high != (half == LOW)) {
                return LONE_SURROGATE;
            }
            high = half == HIGH;
            i += half == 0 ? 1 : 5;
        }
        return ascii || decodes(utf8) ? null : "invalid UTF-8";
    }

    /** Whether eight bytes are ASCII, none of them zero or a backslash: most of every text. */
    private static boolean plain(long eight) {
        return ((eight | maybeZero(eight) | maybeZero(eight ^ BACKSLASHES)) & HIGH_BITS) == 0;
    }

    /** With a high bit set if a byte is zero. */
    private static long maybeZero(long eight) {
        return eight - LOW_BITS & ~eight;
    }

    /** Whether four hexadecimal digits are one half of a surrogate pair: {@code d8..db} or {@code dc..df}. */
    private static int surrogate(byte[] utf8, int at) {
        if ((utf8[at] | 0x20) != 'd') {
            return 0;
        }
        return switch (utf8[at + 1] | 0x20) {
            case '8', '9', 'a', 'b' -> HIGH;
            case 'c', 'd', 'e', 'f' -> LOW;
            default -> 0;
        };
    }

    private static boolean decodes(byte[] utf8) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
