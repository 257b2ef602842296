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

/**
 * Backup and restore of the keys in a cluster's pki folder that nothing can recreate: encrypted objects, MACs and signatures
 * depend on them. Certificates are not among them.
 */
public final class KeyFiles {
    /** The key-encryption keys. */
    public static final String SECRETS = "secrets.key";

    private static final List<String> NAMES = List.of(SECRETS, LogKeys.MACS, LogKeys.SIGNING, LogKeys.VERIFYING);

    private KeyFiles() {}

    /** The result of restoring one file. */
    public enum Outcome {
        /** It was missing and was restored. */
        PUT_BACK,
        /** It exists with the same content. */
        SAME,
        /** Public keys of log signers that the existing file did not have were added to it. */
        ADDED,
        /** It exists with other content, and was left unchanged. */
        DIFFERENT
    }

    /** The contents of the existing key files, by file name. */
    public static SortedMap<String, String> read(Path pki) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (String name : NAMES) {
            Path file = pki.resolve(name);
            if (Files.exists(file)) {
                texts.put(name, Files.readString(file));
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
        Files.createDirectories(pki);
        SortedMap<String, Outcome> outcomes = new TreeMap<>();
        for (String name : NAMES) {
            String text = texts.get(name);
            if (text != null) {
                outcomes.put(name, putBack(pki.resolve(name), text));
            }
        }
        return outcomes;
    }

    private static Outcome putBack(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            if (Files.readString(file).equals(text)) {
                return Outcome.SAME;
            }
            return file.endsWith(LogKeys.VERIFYING) ? addSigners(file, text) : Outcome.DIFFERENT;
        }
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
