package io.shiplog.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
    private static Checked<Yaml.Document> read(String yaml) {
        return assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> Yaml.document(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static String json(String yaml) {
        return document(yaml).json().toString();
    }

    private static Yaml.Document document(String yaml) {
        return assertInstanceOf(
                Yaml.Document.class,
                assertInstanceOf(Checked.Ok.class, read(yaml)).value());
    }

    private static String refused(String yaml) {
        return assertInstanceOf(Checked.Refused.class, read(yaml)).refusal().message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a: {b: [1, 2.5, true, null, x, '1']} | {\"a\":{\"b\":[1,2.5,true,null,\"x\",\"1\"]}}",
                "a: &x {b: 1} \\n c: *x | {\"a\":{\"b\":1},\"c\":{\"b\":1}}",
                "a: &x {b: 1, c: 2} \\n d: {<<: *x, c: 3} | {\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":3,\"b\":1}}",
                "a: 1e999999999 | {\"a\":\"1e999999999\"}",
                "a: 1 \\n--- \\nb: 2 | {\"a\":1}",
            })
    void yaml_is_read(String yaml, String expected) {
        assertEquals(expected, json(yaml.replace(" \\n ", "\n").replace(" \\n", "\n")));
    }

    @Test
    void repeated_fields_are_named_with_the_line_of_the_last_value() {
        Yaml.Document document = document("a: 1\nb: {c: 1, c: 2}\nd:\n- e: 1\na:\n  f: 1\n  f: 2\n");

        assertEquals(
                "{\"a\":{\"f\":2},\"b\":{\"c\":2},\"d\":[{\"e\":1}]}",
                document.json().toString());
        assertEquals(
                List.of(
                        "line 2: key \"c\" already set in map",
                        "line 7: key \"f\" already set in map",
                        "line 6: key \"a\" already set in map"),
                document.repeated());
        assertEquals(List.of(), document("a: {b: 1}\nb: {b: 1}").repeated());
    }

    @Test
    void aliases_that_stand_for_much_are_refused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 20; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", Collections.nCopies(9, before))));
        }
        assertEquals(
                "error converting YAML to JSON: yaml: document contains excessive aliasing", refused(bomb.toString()));
    }

    @Test
    void an_alias_of_nothing_is_refused() {
        assertEquals("error converting YAML to JSON: yaml: unknown anchor 'x' referenced", refused("a: *x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a: [b | yaml: line 1: did not find expected ',' or ']'",
                "a: {b: 1 | yaml: line 1: did not find expected ',' or '}'",
                "a: b: c | yaml: mapping values are not allowed in this context",
                "a: 1\\n b: 2 | yaml: line 2: mapping values are not allowed in this context",
                "a:\\n\t- b | yaml: line 2: found character that cannot start any token",
                "a: 1\\nb\\nc: 1 | yaml: line 3: could not find expected ':'",
                "- a\\nb: c | yaml: line 1: did not find expected '-' indicator",
                "a: *  | yaml: did not find expected alphabetic or numeric character",
            })
    void a_syntax_error_has_the_words_and_the_line_of_gos_parser(String yaml, String expected) {
        assertEquals("error converting YAML to JSON: " + expected, refused(yaml.replace("\\n", "\n")));
    }

    @Test
    void an_object_that_cannot_be_read_is_shown_by_its_beginning() {
        assertEquals(
                "the object provided is unrecognized (must be of type Node): yaml: line 1: did not find expected ',' or ']' (613a205b62)",
                assertInstanceOf(Checked.Refused.class, Yaml.object("a: [b".getBytes(StandardCharsets.UTF_8), "Node"))
                        .refusal()
                        .message());
    }

    @Test
    void depth_is_limited() {
        assertEquals(
                "error converting YAML to JSON: exceeded max depth 190",
                refused("a: " + "[".repeat(20_000) + "]".repeat(20_000)));
        String indented =
                IntStream.range(0, 1_500).mapToObj(i -> " ".repeat(i) + "a:\n").collect(Collectors.joining());
        assertEquals("error converting YAML to JSON: exceeded max depth 190", refused(indented));
    }

    @Test
    void a_number_of_many_digits_is_a_text() {
        assertEquals("{\"a\":\"" + "9".repeat(500_000) + "\"}", json("a: " + "9".repeat(500_000)));
    }

    /** The order of sigs.k8s.io/yaml. */
    @Test
    void fields_are_written_in_the_order_of_gos_yaml() {
        List<String> sorted =
                List.of("-a", "a", "a-b", "a1", "a2", "a02", "a10", "ab", "apiVersion", "b", "items", "kind");
        for (int i = 0; i < sorted.size(); i++) {
            for (int j = 0; j < sorted.size(); j++) {
                assertEquals(
                        Integer.compare(i, j),
                        Integer.signum(YamlOrder.BY_NAME.compare(sorted.get(i), sorted.get(j))),
                        sorted.get(i) + " and " + sorted.get(j));
            }
        }
        assertEquals(
                "apiVersion: v1\nitems:\n- a: 1\n  b: 2\nkind: L\n",
                new String(
                        Yaml.ofJson(Json.of("{\"kind\":\"L\",\"apiVersion\":\"v1\",\"items\":[{\"b\":2,\"a\":1}]}")),
                        StandardCharsets.UTF_8));
    }
}
