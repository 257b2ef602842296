package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.client.ClientException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @Test
    void aCommandLineIsSplitAsByAShell() {
        assertEquals(List.of("sh", "-c", "echo \"$A\"  b"), Words.split("sh -c 'echo \"$A\"  b'", "x"));
        assertEquals(List.of("a b", "c\"d", "e f", ""), Words.split("a\\ b \"c\\\"d\" e' 'f ''", "x"));
        assertEquals(List.of("\\n", "n"), Words.split("\"\\n\" \\n", "x"));
        assertEquals(List.of(), Words.split("  ", "x"));
        assertThrows(ClientException.class, () -> Words.split("sh -c 'open", "x"));
    }

    @ParameterizedTest
    @CsvSource({"1m30s, PT1M30S", "500ms, PT0.5S", "1.5s, PT1.5S", "2h, PT2H", "0, PT0S", "10us, PT0.00001S"})
    void aDurationIsRead(String text, String expected) {
        assertEquals(Duration.parse(expected), Words.duration(text, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1x", "1s 2s", "-1s", "99999999999h"})
    void whatIsNoDurationIsRefused(String text) {
        assertThrows(ClientException.class, () -> Words.duration(text, "x"));
    }

    @ParameterizedTest
    @CsvSource({"512m, 512Mi", "1g, 1Gi", "50M, 50Mi", "1gb, 1Gi", "64kib, 64Ki", "1024, 1024", "10b, 10", "1.5k, 1536"
    })
    void aSizeIsAQuantity(String text, String expected) {
        assertEquals(expected, Words.quantity(text, "x"));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 500m", "2, 2", "1.25, 1250m", "0.0001, 1m"})
    void cpusAreAQuantity(String text, String expected) {
        assertEquals(expected, Words.cpus(text, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "1x", "-1m"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(ClientException.class, () -> Words.quantity(text, "x"));
        assertThrows(ClientException.class, () -> Words.cpus(text.equals("-1m") ? "x" : text, "x"));
    }

    @Test
    void aNameIsALabel() {
        assertEquals("my-db-1", Words.label("My_DB.1"));
        assertEquals(63, Words.label("a".repeat(100)).length());
        assertThrows(ClientException.class, () -> Words.label("___"));
    }

    @Test
    void kubernetesDoesNotSubstituteWhatComposeDoesNot() {
        assertEquals("$$(date) $HOME", Words.literal("$(date) $HOME"));
    }
}
