package io.shiplog.events.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    /** A million digits took the decider 14 s. */
    @Test
    void a_text_longer_than_any_amount_needs_is_not_read() {
        assertNull(Quantity.parseOrNull("9".repeat(1_000_000)));
        assertNull(Quantity.parseOrNull("0." + "0".repeat(1_000_000) + "1"));
        assertEquals(
                "9223372036854775807",
                Quantity.parse("9".repeat(Quantity.MAX_CHARACTERS)).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "+1.5, true",
        ".5Ki, true",
        "1e-3, true",
        "1E+9, true",
        "1..2, true",
        "'', false",
        "+, false",
        "x, false",
        "1x, false",
        "1Ki1x, false",
        "1 , true",
        "' 1', false"
    })
    void the_form_of_a_quantity_is_seen_in_one_pass(String text, boolean formed) {
        assertEquals(formed, Quantity.hasForm(text));
        assertEquals(formed, Quantity.hasForm(text.replace("1", "1".repeat(100_000))));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "1, 1",
        "+5, 5",
        "1000m, 1",
        "0.5, 500m",
        ".5, 500m",
        "1., 1",
        "1.5, 1500m",
        "100m, 100m",
        "12000, 12k",
        "1500, 1500",
        "1000000, 1M",
        "1.5G, 1500M",
        "1Ki, 1Ki",
        "1024Ki, 1Mi",
        "1.5Gi, 1536Mi",
        "0.5Ki, 512",
        "0.5Mi, 512Ki",
        "1536Ki, 1536Ki",
        "0.1Ki, 102400m",
        "1.3Ki, 1331200m",
        "1.2Gi, 1288490188800m",
        "0.0001Ki, 102400u",
        "1e3, 1e3",
        "1E3, 1e3",
        "15e2, 1500",
        "1500e3, 1500e3",
        "1e-3, 1e-3",
        "0.001e3, 1",
        "1E, 1E",
        "64Mi, 64Mi",
        "-1Ki, -1Ki",
        "-100m, -100m",
        "1n, 1n",
        "0.1n, 1n",
        "1u, 1u",
        "9223372036854775808, 9223372036854775807",
        "8Ei, 9223372036854775807",
        "1e9999, 9223372036854775807",
    })
    void a_quantity_prints_in_canonical_form(String written, String canonical) {
        assertEquals(canonical, Quantity.parse(written).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1 ", "abc", "1.2.3", "--1", "m", ".", "1_000", "0x10", "1Gi1x"})
    void what_is_no_quantity_is_refused_in_the_words_of_kubernetes(String text) {
        Exception e = assertThrows(Quantity.NoQuantityException.class, () -> Quantity.parse(text));
        assertEquals(Quantity.FORMAT_WRONG, e.getMessage());
        assertNull(Quantity.parseOrNull(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1K", "1mi", "1kk", "1e", "1ee3", "1Mi3", "1e12345", "1T5"})
    void unknown_suffixes_are_refused(String text) {
        Exception e = assertThrows(Quantity.NoQuantityException.class, () -> Quantity.parse(text));
        assertEquals(Quantity.SUFFIX_WRONG, e.getMessage());
    }

    @Test
    void equality_is_of_amounts_not_of_writing() {
        assertEquals(Quantity.parse("1"), Quantity.parse("1000m"));
        assertEquals(Quantity.parse("1").hashCode(), Quantity.parse("1000m").hashCode());
        assertEquals(Quantity.parse("1Ki"), Quantity.parse("1024"));
        assertNotEquals(Quantity.parse("1k"), Quantity.parse("1Ki"));
        assertTrue(Quantity.parse("999m").compareTo(Quantity.parse("1")) < 0);
    }

    @Test
    void sums_keep_the_writing_of_the_first_that_is_not_zero() {
        assertEquals(
                "1536Mi",
                Quantity.ZERO
                        .plus(Quantity.parse("1Gi"))
                        .plus(Quantity.parse("512Mi"))
                        .toString());
        assertEquals("-500m", Quantity.parse("1").minus(Quantity.parse("1500m")).toString());
    }

    @Test
    void values_round_up() {
        assertEquals(1, Quantity.parse("1m").longValue());
        assertEquals(1, Quantity.parse("1u").milliValue());
        assertEquals(250, Quantity.parse("0.25").milliValue());
        assertEquals(Long.MAX_VALUE, Quantity.parse("8E").milliValue());
    }

    @Test
    void any_amount_survives_writing_and_reading() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(63);
            Quantity quantity = switch (random.nextInt(3)) {
                case 0 -> Quantity.of(value);
                case 1 -> Quantity.ofMillis(value);
                default -> Quantity.ofBytes(value);
            };
            assertEquals(quantity, Quantity.parse(quantity.toString()), "seed " + seed);
        }
    }

    /** One object may have thousands of texts that are no quantities, and empty ones. */
    @Test
    void aRefusalCostsNoStackTrace() {
        Quantity.NoQuantityException refusal =
                assertThrows(Quantity.NoQuantityException.class, () -> Quantity.parse(""));

        assertEquals(0, refusal.getStackTrace().length);
    }
}
