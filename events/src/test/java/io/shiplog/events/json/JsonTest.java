package io.shiplog.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final JsonPointer UID = JsonPointer.compile("/metadata/uid");

    @Test
    void a_scalar_is_found_without_a_tree() {
        assertEquals(
                "u-1",
                Json.of("{\"uid\":\"x\",\"metadata\":{\"name\":\"a\",\"uid\":\"u-1\"}}")
                        .text(UID));
        assertEquals("7", Json.of("{\"metadata\":{\"uid\":7}}").text(UID));
    }

    @Test
    void a_missing_scalar_is_empty() {
        assertEquals(
                "",
                Json.of("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"uid\":\"x\"}}")
                        .text(UID));
        assertEquals("", Json.of("{\"metadata\":{\"uid\":{\"a\":1}}}").text(UID));
        assertEquals("", Json.of("{}").text(UID));
    }

    @Test
    void text_that_is_not_json_is_refused() {
        assertThrows(
                UncheckedIOException.class, () -> Json.of("{\"metadata\":nope").text(UID));
    }

    /** A client chooses the names of fields: they must not fill the virtual machine's table of strings. */
    @Test
    void names_of_fields_are_not_interned() throws Exception {
        String text = "{\"data\":{\"chosen-by-a-client-%d\":1}}".formatted(System.nanoTime());

        for (JsonNode tree : List.of(Json.of(text).tree(), ClientJson.tree(Json.of(text)))) {
            String name = tree.path("data").fieldNames().next();
            String interned = new String(name.toCharArray()).intern();
            assertNotSame(interned, name);
        }
    }
}
