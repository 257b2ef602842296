package io.shiplog.events.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SignedHeadTest {
    private static final Instant TIME = Instant.parse("2026-11-22T03:12:00.123456Z");
    private static final String LINK = "ab".repeat(32);

    private static KeyPair keys;
    private static KeyPair others;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        keys = generator.generateKeyPair();
        others = generator.generateKeyPair();
    }

    private static SignedHead signed() {
        return SignedHead.sign(keys.getPrivate(), "shop", "events", 2048, LINK, TIME);
    }

    @Test
    void aSignatureHoldsForItsOwnKeyOnly() {
        assertTrue(signed().isSignedBy(keys.getPublic()));
        assertFalse(signed().isSignedBy(others.getPublic()));
    }

    @Test
    void aSignatureHoldsForNothingElse() {
        String signature = signed().signature();

        for (SignedHead altered : List.of(
                new SignedHead("shop2", "events", 2048, LINK, TIME, signature),
                new SignedHead("shop", "leases", 2048, LINK, TIME, signature),
                new SignedHead("shop", "events", 2049, LINK, TIME, signature),
                new SignedHead("shop", "events", 2048, "ac" + LINK.substring(2), TIME, signature),
                new SignedHead("shop", "events", 2048, LINK, TIME.plusNanos(1000), signature),
                new SignedHead("shop", "events", 2048, LINK, TIME, ""),
                new SignedHead("shop", "events", 2048, LINK, TIME, "no base64!"))) {
            assertFalse(altered.isSignedBy(keys.getPublic()), altered.toString());
        }
    }

    @Test
    void itReadsAsItWasWritten() {
        assertEquals(signed(), SignedHead.of("shop", "events", signed().json()));
    }

    @Test
    void anInvalidHeadIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SignedHead.of(
                        "shop", "events", Json.of("{\"revision\":1}").tree()));
    }
}
