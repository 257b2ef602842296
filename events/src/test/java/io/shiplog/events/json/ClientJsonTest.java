package io.shiplog.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientJsonTest {
    private static String refused(byte[] text) {
        return ClientJson.message(
                assertThrows(ClientJson.UnreadableException.class, () -> ClientJson.tree(Json.ofUtf8(text))));
    }

    private static String refused(String text) {
        return refused(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\ud83d\\ude00\"}",
                "{\"a\":\"😀 ä\"}",
                "{\"a\":\"\\\\ud83d\"}",
                "{\"a\":\"\\u0041\\n\\\\\"}",
                "{\"\\uD83D\\uDE00\":1e308}",
                "[1,2.5,true,null]",
            })
    void json_is_read(String text) throws Exception {
        assertEquals(Json.of(text).tree(), ClientJson.tree(Json.of(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\ud800x\"}",
                "{\"a\":\"\\ud800\\n\"}",
                "{\"a\":\"\\ud800\\ud800\"}",
                "{\"a\":\"\\udc00\"}",
                "{\"\\udfff\":1}",
            })
    void half_a_surrogate_pair_is_refused(String text) {
        assertEquals("invalid surrogate pair in string escape", refused(text));
    }

    @Test
    void bytes_that_are_no_utf8_are_refused() {
        byte[] invalid = {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'};
        byte[] overlongSlash = {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'};
        byte[] surrogate = {'{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'};
        for (byte[] text : new byte[][] {invalid, overlongSlash, surrogate}) {
            assertEquals("invalid UTF-8", refused(text));
        }
    }

    @Test
    void wrong_characters_are_found_at_every_position() {
        for (int before = 0; before < 20; before++) {
            String plain = "{\"" + "x".repeat(before);
            String rest = "y".repeat(20) + "\":1}";
            assertEquals("invalid surrogate pair in string escape", refused(plain + "\\ud800" + rest));
            assertEquals("invalid surrogate pair in string escape", refused(plain + "\\ud800\\" + rest));
            assertTrue(refused(plain + '\0' + rest).contains("not UTF-8"));
            byte[] latin1 = (plain + "ä" + rest).getBytes(StandardCharsets.ISO_8859_1);
            assertEquals("invalid UTF-8", refused(latin1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void other_encodings_are_refused(String charset) {
        assertTrue(refused("{\"a\":1}".getBytes(Charset.forName(charset))).contains("UTF-8"), charset);
    }

    @Test
    void what_is_beyond_a_limit_is_refused_in_a_sentence() {
        assertEquals("exceeded max depth 190", refused("[".repeat(100_000) + "]".repeat(100_000)));
        assertEquals("exceeded max depth 190", refused("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)));
        assertEquals("exceeded max number of tokens 500000", refused("[" + "1,".repeat(600_000) + "1]"));
        assertEquals(
                "Number value length (1000000) exceeds the maximum allowed (1000)", refused("9".repeat(1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999999999", "{\"a\":[{\"b\":1e400}]}"})
    void a_number_that_no_double_holds_is_refused(String text) {
        assertEquals("json: cannot unmarshal number into Go value of type float64", refused(text));
    }

    @Test
    void text_after_the_value_is_refused() {
        assertEquals("invalid character '{' after top-level value", refused("{} {\"x\":1}"));
    }

    @Test
    void a_tree_of_any_depth_is_measured_without_recursion() {
        var tree = Json.MAPPER.createArrayNode();
        for (int i = 0; i < 100_000; i++) {
            tree = Json.MAPPER.createArrayNode().add(tree);
        }
        assertEquals(
                100_001, TreeSize.of(tree, Long.MAX_VALUE, Integer.MAX_VALUE).depth());
        assertEquals(191, TreeSize.of(tree, Long.MAX_VALUE, 190).depth());
    }
}
