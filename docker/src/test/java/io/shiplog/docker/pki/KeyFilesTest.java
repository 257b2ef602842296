package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.pki.KeyFiles.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    @TempDir
    private Path folder;

    private Path pki() {
        return folder.resolve("pki");
    }

    @Test
    void onlyKeyFilesAreRead() throws IOException {
        Files.createDirectories(pki());
        Files.writeString(pki().resolve("secrets.key"), "s\n");
        Files.writeString(pki().resolve("log.key"), "l\n");
        Files.writeString(pki().resolve("ca.key"), "c\n");
        Files.writeString(pki().resolve("admin.key"), "no\n");

        assertEquals(Map.of("secrets.key", "s\n", "log.key", "l\n", "ca.key", "c\n"), KeyFiles.read(pki()));
    }

    @Test
    void whatIsMissingIsPutBackAndNothingIsReplaced() throws IOException {
        Map<String, String> texts =
                Map.of("secrets.key", "s\n", "log.key", "l\n", "../escaped", "x\n", "log-signing.key", "p\n");
        assertEquals(Outcome.PUT_BACK, KeyFiles.putBack(pki(), texts).get("secrets.key"));
        Files.writeString(pki().resolve("log.key"), "another\n");
        Files.delete(pki().resolve("log-signing.key"));

        assertEquals(
                Map.of("secrets.key", Outcome.SAME, "log.key", Outcome.DIFFERENT, "log-signing.key", Outcome.PUT_BACK),
                KeyFiles.putBack(pki(), texts));

        assertEquals("another\n", Files.readString(pki().resolve("log.key")));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(pki().resolve("secrets.key"))));
        assertTrue(Files.notExists(folder.resolve("escaped")));
    }

    @Test
    void halfOfAPairIsPutBackOnlyBesideItsOtherHalf() throws IOException {
        Map<String, String> texts =
                Map.of("ca.crt", "c\n", "ca.key", "k\n", "kafka/ca.crt", "kc\n", "kafka/ca.key", "kk\n");
        Files.createDirectories(pki());
        Files.writeString(pki().resolve("ca.crt"), "another\n");

        assertEquals(
                Map.of(
                        "ca.crt", Outcome.DIFFERENT,
                        "ca.key", Outcome.DIFFERENT,
                        "kafka/ca.crt", Outcome.PUT_BACK,
                        "kafka/ca.key", Outcome.PUT_BACK),
                KeyFiles.putBack(pki(), texts));

        assertTrue(Files.notExists(pki().resolve("ca.key")));
        Files.delete(pki().resolve("kafka/ca.key"));
        assertEquals(Outcome.PUT_BACK, KeyFiles.putBack(pki(), texts).get("kafka/ca.key"));
    }
}
