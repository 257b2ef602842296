package io.shiplog.gateway.select;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.shiplog.gateway.outcome.Checked;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A selector is a text from any client: its cost is bounded. */
class SelectorLimitsTest {
    static List<String> selectors() {
        return List.of(
                "a.".repeat(3_000) + "a/b", // ended the stack of the pattern
                "a".repeat(1_000_000),
                "a=" + "b.".repeat(500_000),
                "a in (" + "b.".repeat(500_000) + ")",
                String.join(",", Collections.nCopies(1_001, "a=b")));
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void a_label_selector_beyond_its_limits_is_refused(String text) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertInstanceOf(Checked.Refused.class, SelectorReader.parse(text)));
    }

    @Test
    void a_field_selector_beyond_its_limits_is_refused() {
        String many = String.join(",", Collections.nCopies(1_001, "metadata.name=b"));
        assertInstanceOf(Checked.Refused.class, FieldSelector.parse(many));
    }
}
