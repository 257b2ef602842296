package io.shiplog.events.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSyntaxTest {
    private static final String DOCUMENT =
            "{\"a\":[1,-0.5e+3,true,null,{\"b\":\"x\\u00e9\\n\"},[]],\"c\":{},\"d\":false , \"e\":[{\"f\":0}]}";

    private static @Nullable String error(String text) {
        return JsonSyntax.error(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nonsense | invalid character 'o' in literal null (expecting 'u')",
                "x | invalid character 'x' looking for beginning of value",
                "{x} | invalid character 'x' looking for beginning of object key string",
                "{\"a\",1} | invalid character ',' after object key",
                "{\"a\":1 2} | invalid character '2' after object key:value pair",
                "{\"a\":1,} | invalid character '}' looking for beginning of object key string",
                "[1 2] | invalid character '2' after array element",
                "[1,] | invalid character ']' looking for beginning of value",
                "[01] | invalid character '1' after array element",
                "{} {} | invalid character '{' after top-level value",
                "\"a\\x\" | invalid character 'x' in string escape code",
                "\"\\u12g4\" | invalid character 'g' in \\u hexadecimal character escape",
                "-x | invalid character 'x' in numeric literal",
                "1.x | invalid character 'x' after decimal point in numeric literal",
                "1ex | invalid character 'x' in exponent of numeric literal",
                "trux | invalid character 'x' in literal true (expecting 'e')",
                "' | invalid character '\\'' looking for beginning of value",
                "[\" | unexpected end of JSON input",
                "~~ | unexpected end of JSON input",
                "{ | unexpected end of JSON input",
                "- | unexpected end of JSON input",
            })
    void an_error_is_worded_as_by_go(String text, String message) {
        assertEquals(message, error(text));
    }

    @Test
    void characters_that_do_not_print_are_escaped() {
        assertEquals("invalid character '\\x00' looking for beginning of value", error("\0"));
        assertEquals("invalid character '\\n' in string literal", error("\"\n\""));
        assertEquals("invalid character '\\x7f' looking for beginning of value", error("\u007f"));
        assertEquals("invalid character '\\u0080' looking for beginning of value", error("\u0080"));
        assertEquals("invalid character 'ÿ' looking for beginning of value", error("ÿ"));
    }

    @Test
    void a_text_of_any_depth_needs_no_stack() {
        assertEquals("unexpected end of JSON input", error("[".repeat(1_000_000)));
        assertNull(error("[".repeat(1_000_000) + "]".repeat(1_000_000)));
    }

    @Test
    void every_beginning_of_a_document_ends_unexpectedly() {
        assertNull(error(DOCUMENT));
        for (int end = 0; end < DOCUMENT.length(); end++) {
            assertEquals("unexpected end of JSON input", error(DOCUMENT.substring(0, end)), DOCUMENT.substring(0, end));
        }
    }

    @Test
    void it_finds_an_error_exactly_where_the_parser_does() {
        Random random = new Random(20261128);
        for (int i = 0; i < 20_000; i++) {
            // given: a document with a few characters replaced by others of JSON
            StringBuilder text = new StringBuilder(DOCUMENT);
            for (int n = random.nextInt(3); n >= 0; n--) {
                String other = "{}[]:,\"\\ue1.-0 tx\n";
                text.setCharAt(random.nextInt(text.length()), other.charAt(random.nextInt(other.length())));
            }
            // then
            assertEquals(parses(text.toString()), error(text.toString()) == null, text::toString);
        }
    }

    private static boolean parses(String text) {
        try (JsonParser parser = Json.MAPPER.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
