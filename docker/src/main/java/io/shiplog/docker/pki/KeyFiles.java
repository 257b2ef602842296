package io.shiplog.docker.pki;

import io.shiplog.events.log.Signers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Backup and restore of the keys in a cluster's pki folder that nothing can recreate: encrypted objects, MACs, signatures,
 * certificates and tokens depend on them. Certificates that the authorities issued are not among them.
 */
public final class KeyFiles {
    /** The key-encryption keys. */
    public static final String SECRETS = "secrets.key";

    /** Files that are restored together or not at all: half of a pair does not fit another half. */
    private static final List<List<String>> GROUPS = Stream.concat(
                    Stream.of(
                            List.of(SECRETS),
                            List.of(LogKeys.MACS),
                            List.of(LogKeys.SIGNING),
                            List.of(LogKeys.VERIFYING)),
                    Stream.of(KeyPart.values())
                            .filter(part -> part != KeyPart.LOG_SIGNING)
                            .map(KeyPart::names))
            .toList();

    private KeyFiles() {}

    /** The result of restoring one file. */
    public enum Outcome {
        /** It was missing and was restored. */
        PUT_BACK,
        /** It exists with the same content. */
        SAME,
        /** Public keys of log signers that the existing file did not have were added to it. */
        ADDED,
        /** It, or the other file of its pair, exists with other content; nothing was changed. */
        DIFFERENT
    }

    /** The contents of the existing key files, by file name. */
    public static SortedMap<String, String> read(Path pki) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (List<String> group : GROUPS) {
            for (String name : group) {
                Path file = pki.resolve(name);
                if (Files.exists(file)) {
                    texts.put(name, PrivateFile.read(file));
                }
            }
        }
        return Collections.unmodifiableSortedMap(texts);
    }

    /**
     * Writes files that are missing, and adds missing public keys of log signers. Never replaces a key.
     *
     * @param texts by file name; other names are ignored
     * @return the outcome for each, by file name
     */
    public static SortedMap<String, Outcome> putBack(Path pki, Map<String, String> texts) throws IOException {
        SortedMap<String, Outcome> outcomes = new TreeMap<>();
        for (List<String> group : GROUPS) {
            List<String> held = group.stream().filter(texts::containsKey).toList();
            boolean fits = true;
            for (String name : held) {
                fits &= Files.notExists(pki.resolve(name)) || isSame(pki.resolve(name), texts.get(name));
            }
            for (String name : held) {
                outcomes.put(name, putBack(pki.resolve(name), String.valueOf(texts.get(name)), fits));
            }
        }
        return outcomes;
    }

    private static boolean isSame(Path file, @Nullable String text) throws IOException {
        return PrivateFile.read(file).equals(text);
    }

    private static Outcome putBack(Path file, String text, boolean fits) throws IOException {
        if (Files.exists(file) && isSame(file, text)) {
            return Outcome.SAME;
        }
        if (file.endsWith(LogKeys.VERIFYING) && Files.exists(file)) {
            return addSigners(file, text);
        }
        if (!fits) {
            return Outcome.DIFFERENT;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        PrivateFile.write(file, text);
        return Outcome.PUT_BACK;
    }

    /** A log may have several signers over time. */
    private static Outcome addSigners(Path file, String text) throws IOException {
        try {
            Signers others = new Signers(Pem.publicKeys(text, "Ed25519"));
            return LogKeys.addTo(file, others) ? Outcome.ADDED : Outcome.SAME;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the public keys in the backup are damaged", e);
        }
    }
}
