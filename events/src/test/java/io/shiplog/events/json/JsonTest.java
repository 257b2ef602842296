package io.shiplog.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.UncheckedIOException;
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
}
