package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SealedBackupTest {
    private static final char[] PASSPHRASE = "correct horse".toCharArray();
    private static final Instant TIME = Instant.parse("2026-11-27T12:00:00Z");
    private static final Shredding WHY = new Shredding(Instant.parse("2026-11-22T04:00:00Z"), 42);
    private static final KeyBackup BACKUP = new KeyBackup(
            "shop",
            TIME.plusMillis(123),
            new TreeMap<>(Map.of("secrets.key", "# text\nf1 AAAA\n", "log.key", "opaque\n")),
            List.of(
                    new KeyRecord.Shredded("gone", WHY),
                    new KeyRecord.InForce("f1"),
                    new KeyRecord.Wrapped("a", "f1", new byte[] {1, -2, 3}),
                    new KeyRecord.Unused("spare")));

    /** Fast, for the tests that open many. */
    private static String text() {
        return SealedBackup.seal(BACKUP, PASSPHRASE, 1).text();
    }

    private static void refuses(String message, String text, char[] passphrase) {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> SealedBackup.read(text).open(passphrase));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void whatWentInComesOut() {
        SealedBackup sealed = SealedBackup.seal(BACKUP, PASSPHRASE);
        SealedBackup read = SealedBackup.read(sealed.text());
        KeyBackup opened = read.open(PASSPHRASE);

        assertEquals("shop " + TIME, read.cluster() + " " + read.time());
        assertEquals("shop " + TIME, opened.cluster() + " " + opened.time());
        assertEquals(BACKUP.files(), opened.files());
        assertEquals(BACKUP.records().get(0), opened.records().get(0));
        assertEquals(BACKUP.records().get(1), opened.records().get(1));
        KeyRecord.Wrapped wrapped = (KeyRecord.Wrapped) opened.records().get(2);
        assertEquals("a f1", wrapped.id() + " " + wrapped.fingerprint());
        assertArrayEquals(new byte[] {1, -2, 3}, wrapped.box());
        assertEquals(BACKUP.records().get(3), opened.records().get(3));
        assertEquals(4, opened.records().size());
    }

    @Test
    void howTheKeyIsDerivedStandsInTheClearAndNothingElse() {
        String text = SealedBackup.seal(BACKUP, PASSPHRASE).text();
        JsonNode tree = Json.of(text).tree();

        assertEquals(1, tree.path("version").asInt());
        assertEquals("shop", tree.path("cluster").asText());
        assertEquals("PBKDF2WithHmacSHA512", tree.at("/kdf/name").asText());
        assertEquals(220_000, tree.at("/kdf/iterations").asInt());
        for (String hidden : List.of("secrets.key", "AAAA", "opaque", "gone", "in-force", "wrapped")) {
            assertFalse(text.contains(hidden), hidden);
        }
        assertNotEquals(text, SealedBackup.seal(BACKUP, PASSPHRASE).text(), "another salt");
        assertFalse(BACKUP.toString().contains("opaque"));
    }

    @Test
    void anotherPassphraseOpensNothing() {
        String text = text();

        for (String wrong : List.of("", "correct horsE", "correct horse ", "Correct horse")) {
            refuses("the passphrase is wrong, or the file was changed", text, wrong.toCharArray());
        }
    }

    @Test
    void aPassphraseHasTwelveCharacters() {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> SealedBackup.seal(BACKUP, "elevenchars".toCharArray()));

        assertEquals("the passphrase has 11 characters, it must have 12 or more", refused.getMessage());
        // Twelve characters, and more of Java's.
        SealedBackup.seal(BACKUP, "\uD83D\uDD11".repeat(12).toCharArray(), 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> SealedBackup.seal(BACKUP, "\uD83D\uDD11".repeat(11).toCharArray(), 1));
    }

    @Test
    void everyByteCounts() {
        byte[] bytes = text().getBytes(ISO_8859_1);

        for (int i = 0; i < bytes.length; i++) {
            for (int flip : new int[] {1, 2, 0x20}) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) flip;
                String text = new String(changed, ISO_8859_1);
                var refused = assertThrows(
                        IllegalArgumentException.class,
                        () -> SealedBackup.read(text).open(PASSPHRASE),
                        text);
                assertTrue(refused.getMessage() != null);
            }
        }
        refuses("the file is not a backup of keys, or was changed", text().strip(), PASSPHRASE);
        refuses("the file is not a backup of keys, or was changed", text() + "\n", PASSPHRASE);
    }

    @Test
    void whatIsNoBackupIsRefused() {
        for (String text : List.of("", "{", "[]", "{}", "null", "{\"kind\":\"Secret\"}", text().substring(0, 200))) {
            refuses("the file is not a backup of keys, or was changed", text, PASSPHRASE);
        }
        refuses(
                "the file has version 2, this Shiplog reads version 1",
                text().replace("\"version\":1", "\"version\":2"),
                PASSPHRASE);
        refuses(
                "the file is not a backup of keys, or was changed",
                text().replace("\"iterations\":1", "\"iterations\":2000000000"),
                PASSPHRASE);
    }
}
