package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.client.ClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {
    private static final Map<String, String> VARIABLES = Map.of("A", "one", "B", "two", "EMPTY", "");

    private final List<String> unset = new ArrayList<>();
    private final Interpolation interpolation = new Interpolation(VARIABLES::get, unset::add);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | plain",
                "$A-${B} | one-two",
                "$A.b$B | one.btwo",
                "${NONE:-x} | x",
                "${NONE-x} | x",
                "${EMPTY:-x} | x",
                "[${EMPTY-x}] | []",
                "${A:-x} | one",
                "${A:+yes} | yes",
                "[${NONE:+yes}] | []",
                "[${EMPTY:+yes}] | []",
                "${EMPTY+yes} | yes",
                "${NONE:-${A}-${B:-y}} | one-two",
                "${NONE:-a:b} | a:b",
                "$$A and $${B} | $A and ${B}",
                "${A:?must be} | one",
                "$A1 |''"
            })
    void aTextIsSubstituted(String text, String expected) {
        assertEquals(expected, interpolation.text(text, "x"));
    }

    @Test
    void aVariableWithoutADefaultThatIsNotSetIsTold() {
        assertEquals("--", interpolation.text("-$NONE-${OTHER-}", "x"));
        assertEquals(List.of("NONE"), unset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$", "a $(b)", "${", "${A", "${}", "${1}", "${A!x}", "${A:x}", "${-}", "$-"})
    void aMalformedTextIsRefusedWithItsPlace(String text) {
        String message =
                String.valueOf(assertThrows(ClientException.class, () -> interpolation.text(text, "services.a.image"))
                        .getMessage());

        assertTrue(message.startsWith("invalid interpolation format for services.a.image"), message);
    }

    @Test
    void aRequiredVariableIsRefusedWithItsMessage() {
        String message =
                String.valueOf(assertThrows(ClientException.class, () -> interpolation.text("${EMPTY:?set $A}", "name"))
                        .getMessage());

        assertEquals("name: required variable EMPTY is missing a value: set one", message);
    }

    @Test
    void deepAndLongTextsEnd() {
        String deep = "${X:-".repeat(100) + "}".repeat(100);
        String huge = "$L".repeat(2000);
        Interpolation longOne = new Interpolation(name -> "x".repeat(1000), unset::add);

        assertThrows(ClientException.class, () -> interpolation.text(deep, "x"));
        assertThrows(ClientException.class, () -> longOne.text(huge, "x"));
    }
}
