package io.shiplog.docker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("dana", "bob", "log", "blame", "kubernetes-admin");

    @ParameterizedTest
    @CsvSource({"dnaa,dana", "dan,dana", "lgo,log", "blmae,blame", "kubernets-admn,kubernetes-admin", "boby,bob"})
    void theNearestWordIsSuggested(String typed, String meant) {
        assertEquals("; did you mean \"%s\"?".formatted(meant), Suggestion.of(typed, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"xyz", "shop", "administrator"})
    void wordsThatAreNotSimilarAreNotSuggested(String typed) {
        assertEquals("", Suggestion.of(typed, KNOWN));
    }
}
