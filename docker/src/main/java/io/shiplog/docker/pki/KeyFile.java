package io.shiplog.docker.pki;

import io.shiplog.events.seal.KeyEncryptionKey;
import io.shiplog.events.seal.KeyEncryptionKeys;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Key-encryption keys in a file that only its owner can read: one per line, the newest first, each after its fingerprint. */
public final class KeyFile implements KeyEncryptionKeys {
    private static final String HEAD = """
            # What is encrypted in the cluster's log opens with these keys and with nothing else (docs/secrets.md).
            # './shiplog keys export' makes a backup. Make another one after './shiplog keys rotate' and './shiplog shred'.
            """;

    private final Path file;

    /** @param file may be missing */
    public KeyFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    @Override
    public String place() {
        return file.toString();
    }

    @Override
    public List<KeyEncryptionKey> all() {
        try {
            return keys(PrivateFile.read(file), "the key file " + file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new IllegalStateException("the key file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * The keys in the text of a key file.
     *
     * @param name of the file, for messages
     * @throws IllegalStateException if the text is damaged
     */
    public static List<KeyEncryptionKey> keys(String text, String name) {
        List<KeyEncryptionKey> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                keys.add(key(line, number, name));
            }
        }
        return keys;
    }

    private static KeyEncryptionKey key(String line, int number, String name) {
        String[] words = line.strip().split(" ");
        try {
            KeyEncryptionKey key = KeyEncryptionKey.of(Base64.getDecoder().decode(words[words.length - 1]));
            if (words.length == 2 && key.fingerprint().equals(words[0])) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(number, name, e);
        }
        throw damaged(number, name, null);
    }

    private static IllegalStateException damaged(int number, String name, @Nullable Exception cause) {
        return new IllegalStateException(
                "%s is damaged in line %d: restore your copy of it. Nothing was changed.".formatted(name, number),
                cause);
    }

    @Override
    public List<KeyEncryptionKey> orFirst(KeyEncryptionKey first) {
        try {
            PrivateFile.createIfMissing(file, text(List.of(first)));
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
        return all();
    }

    @Override
    public void replace(List<KeyEncryptionKey> keys) {
        try {
            PrivateFile.write(file, text(keys));
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    private IllegalStateException cannotBeWritten(IOException e) {
        return new IllegalStateException("the key file %s cannot be written: %s".formatted(file, e.getMessage()), e);
    }

    private static String text(List<KeyEncryptionKey> keys) {
        return keys.stream()
                .map(key -> key.fingerprint() + " " + Base64.getEncoder().encodeToString(key.bytes()) + "\n")
                .collect(Collectors.joining("", HEAD, ""));
    }
}
