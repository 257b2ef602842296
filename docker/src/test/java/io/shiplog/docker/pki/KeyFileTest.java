package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.seal.KeyEncryptionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    private Path folder;

    private static KeyEncryptionKey key(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return KeyEncryptionKey.of(bytes);
    }

    private static List<String> fingerprints(List<KeyEncryptionKey> keys) {
        return keys.stream().map(KeyEncryptionKey::fingerprint).toList();
    }

    private Path path() {
        return folder.resolve("pki").resolve("secrets.key");
    }

    @Test
    void givenNoFile_thenThereAreNoKeysAndNoneIsMade() {
        assertEquals(List.of(), new KeyFile(path()).all());
        assertTrue(Files.notExists(path()));
    }

    @Test
    void aFirstKeyIsKeptForItsOwnersEyesAndIsNotReplacedByAnother() throws IOException {
        KeyFile file = new KeyFile(path());

        assertEquals(fingerprints(List.of(key(1))), fingerprints(file.orFirst(key(1))));
        assertEquals(fingerprints(List.of(key(1))), fingerprints(file.orFirst(key(2))));

        assertEquals(fingerprints(List.of(key(1))), fingerprints(new KeyFile(path()).all()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
        try (Stream<Path> all = Files.list(path().getParent())) {
            assertEquals(List.of(path()), all.toList());
        }
    }

    @Test
    void ofManyWhoComeFirstOneIs() {
        List<List<String>> seen = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> fingerprints(new KeyFile(path()).orFirst(key(i))))
                .toList();

        assertEquals(1, seen.stream().distinct().count(), seen.toString());
    }

    @Test
    void keysAreReplacedWhole() {
        KeyFile file = new KeyFile(path());
        file.orFirst(key(1));

        file.replace(List.of(key(2), key(1)));
        assertEquals(fingerprints(List.of(key(2), key(1))), fingerprints(file.all()));
        file.replace(List.of(key(2)));

        assertEquals(fingerprints(List.of(key(2))), fingerprints(file.all()));
    }

    @Test
    void aDamagedFileIsNamedWithTheLine() throws IOException {
        KeyFile file = new KeyFile(path());
        file.orFirst(key(1));
        String sound = Files.readString(path());
        for (String line : List.of(
                "nonsense",
                "0011223344556677 AAAA",
                sound.lines().toList().getLast().replace("AQEB", "AQEC"))) {
            Files.writeString(path(), sound + line + "\n");

            var error = assertThrows(IllegalStateException.class, file::all, line);

            assertEquals(
                    "the key file " + path() + " is damaged in line 4: restore your copy of it. Nothing was changed.",
                    error.getMessage());
        }
    }
}
