package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.client.ClientException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
    private static Map<String, String> parsed(String text) {
        return DotEnv.parse(text, "f", false, Map.of("HOME", "/root")::get);
    }

    @Test
    void linesAreVariables() {
        assertEquals(
                Map.of(
                        "A",
                        "1",
                        "B",
                        "two words",
                        "C",
                        "$A raw",
                        "D",
                        "x 1 /root",
                        "E",
                        "a#b",
                        "F",
                        "",
                        "G",
                        "y",
                        "HOME",
                        "/root"),
                parsed("""
                        # comment
                        A=1

                        export B="two words" # comment
                        C='$A raw'
                        D=x ${A} $HOME
                        E=a#b   # comment
                        F=
                        G: y
                        HOME
                        NOT_SET
                        """));
    }

    @Test
    void quotesReachOverLinesAndHaveEscapes() {
        assertEquals(
                Map.of("A", "one\ntwo", "B", "a\tb \"c\" $A"), parsed("A='one\ntwo'\nB=\"a\\tb \\\"c\\\" \\$A\"\n"));
    }

    @Test
    void aRawFileIsTakenAsItIs() {
        assertEquals(Map.of("A", "\"$B\" # c"), DotEnv.parse("A=\"$B\" # c", "f", true, name -> null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=\"open", "=x", "A=${", "two words"})
    void whatIsNoVariableIsRefused(String text) {
        assertThrows(ClientException.class, () -> parsed(text));
    }
}
