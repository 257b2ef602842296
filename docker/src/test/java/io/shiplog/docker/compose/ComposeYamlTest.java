package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeYamlTest {
    @Test
    void scalarsAreThoseOfCompose() {
        ObjectNode tree = ComposeYaml.parse(
                "{a: yes, b: on, c: 22:22, d: 0440, e: 1.5, f: true, g: 2001-01-01, h: ~, i: 08, j: 1e3, k: '1', l: 0x10}",
                "f");

        assertEquals(
                "{\"a\":\"yes\",\"b\":\"on\",\"c\":\"22:22\",\"d\":288,\"e\":1.5,\"f\":true,\"g\":\"2001-01-01\",\"h\":null,"
                        + "\"i\":8.0,\"j\":1000.0,\"k\":\"1\",\"l\":16}",
                tree.toString());
    }

    @Test
    void anchorsAndMergeKeysAreUnfolded() {
        ObjectNode tree =
                ComposeYaml.parse("x: &x {a: 1, b: {c: 2}}\ny: &y {d: 3}\nz: {<<: [*x, *y], a: 4}\nw: {<<: *x}\n", "f");

        assertEquals("{\"a\":4,\"b\":{\"c\":2},\"d\":3}", sorted(tree.path("z").toString()));
        assertEquals("{\"a\":1,\"b\":{\"c\":2}}", tree.path("w").toString());
    }

    private static String sorted(String object) {
        return ComposeYaml.parse(object, "f").properties().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | the file is empty",
                "'[1]' | must be a mapping",
                "'a: 1\na: 2' | found duplicate key a",
                "'a: *b' | found undefined alias",
                "'a: [' | line 1",
                "'a: !!java.net.URL [x]' | Global tag is not allowed"
            })
    void whatIsNoComposeFileIsRefused(String text, String message) {
        String refused = String.valueOf(assertThrows(ClientException.class, () -> ComposeYaml.parse(text, "f"))
                .getMessage());

        assertTrue(refused.startsWith("f:") && refused.contains(message), refused);
    }

    @Test
    void aTextThatUnfoldsWithoutEndIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String before = "*a" + (i - 1);
            bomb.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, String.join(",", java.util.Collections.nCopies(10, before))));
        }

        assertThrows(ClientException.class, () -> ComposeYaml.parse(bomb.toString(), "f"));
        assertThrows(ClientException.class, () -> ComposeYaml.parse("[".repeat(1000), "f"));
    }
}
