package io.shiplog.events.seal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KeyBackup} as a file: a JSON document of one line. Version, cluster, time and the key derivation are in plain text;
 * the keys are encrypted with AES-256-GCM, with the plain part as additional data. A file with any changed byte does not
 * decrypt.
 *
 * @param text the document
 * @param cluster whose keys it holds
 * @param time when the backup was started
 */
public record SealedBackup(String text, String cluster, Instant time) {
    /** Minimum length of a passphrase, in characters. */
    public static final int LEAST_CHARACTERS = 12;

    /**
     * @see <a href="https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2">OWASP Password Storage Cheat
     *     Sheet: PBKDF2-HMAC-SHA512</a>
     */
    static final int ITERATIONS = 220_000;

    /** A file with a higher count would keep a machine busy for minutes. */
    private static final int MOST_ITERATIONS = 10_000_000;

    private static final int VERSION = 1;
    private static final String KIND = "shiplog-keys";
    private static final String DERIVATION = "PBKDF2WithHmacSHA512";
    private static final String CIPHER = "AES-256-GCM";
    private static final int SALT_BYTES = 16;

    /** The plain part. */
    private record Head(String cluster, Instant time, int iterations, byte[] salt) {
        private ObjectNode json() {
            ObjectNode json = Json.MAPPER
                    .createObjectNode()
                    .put("kind", KIND)
                    .put("version", VERSION)
                    .put("cluster", cluster)
                    .put("time", time.toString());
            json.putObject("kdf")
                    .put("name", DERIVATION)
                    .put("iterations", iterations)
                    .put("salt", Base64.getEncoder().encodeToString(salt));
            return json.put("cipher", CIPHER);
        }

        private byte[] bound() {
            return Json.of(json()).utf8();
        }

        private String text(byte[] box) {
            return Json.of(json().put("sealed", Base64.getEncoder().encodeToString(box))) + "\n";
        }

        private SecretKey key(char[] passphrase) {
            PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, AesGcm.KEY_BYTES * Byte.SIZE);
            try {
                return AesGcm.key(SecretKeyFactory.getInstance(DERIVATION)
                        .generateSecret(spec)
                        .getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java lacks " + DERIVATION, e);
            } finally {
                spec.clearPassword();
            }
        }
    }

    /**
     * Encrypts a backup.
     *
     * @throws IllegalArgumentException if the passphrase is too short
     */
    public static SealedBackup seal(KeyBackup backup, char[] passphrase) {
        return seal(backup, passphrase, ITERATIONS);
    }

    static SealedBackup seal(KeyBackup backup, char[] passphrase, int iterations) {
        int characters = Character.codePointCount(passphrase, 0, passphrase.length);
        if (characters < LEAST_CHARACTERS) {
            throw new IllegalArgumentException("the passphrase has %d characters, it must have %d or more"
                    .formatted(characters, LEAST_CHARACTERS));
        }
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Head head = new Head(backup.cluster(), backup.time().truncatedTo(ChronoUnit.SECONDS), iterations, salt);
        byte[] box = AesGcm.seal(
                head.key(passphrase), head.bound(), Json.of(content(backup)).utf8(), random);
        return new SealedBackup(head.text(box), head.cluster(), head.time());
    }

    /**
     * Parses the plain part.
     *
     * @throws IllegalArgumentException if the text is not such a document: its message says why
     */
    public static SealedBackup read(String text) {
        Head head = head(tree(text));
        return new SealedBackup(text, head.cluster(), head.time());
    }

    /**
     * Decrypts the backup.
     *
     * @throws IllegalArgumentException if the passphrase is wrong, or the document was changed
     */
    public KeyBackup open(char[] passphrase) {
        JsonNode tree = tree(text);
        Head head = head(tree);
        byte[] box = base64(tree, "sealed");
        if (!head.text(box).equals(text)) {
            throw damaged(null);
        }
        try {
            byte[] content = AesGcm.open(head.key(passphrase), head.bound(), box);
            return backup(head, Json.ofUtf8(content).tree());
        } catch (BrokenSealException e) {
            throw new IllegalArgumentException("the passphrase is wrong, or the file was changed", e);
        }
    }

    private static JsonNode tree(String text) {
        JsonNode tree;
        try {
            tree = Json.of(text).tree();
        } catch (UncheckedIOException e) {
            throw damaged(e);
        }
        if (!tree.path("kind").asText().equals(KIND)) {
            throw damaged(null);
        }
        if (tree.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("the file has version %s, this Shiplog reads version %d"
                    .formatted(tree.path("version").asText(), VERSION));
        }
        return tree;
    }

    private static Head head(JsonNode tree) {
        try {
            int iterations = tree.at("/kdf/iterations").asInt();
            if (iterations < 1 || iterations > MOST_ITERATIONS) {
                throw damaged(null);
            }
            byte[] salt = base64(tree.path("kdf"), "salt");
            if (salt.length == 0) {
                throw damaged(null);
            }
            return new Head(
                    tree.path("cluster").asText(),
                    Instant.parse(tree.path("time").asText()),
                    iterations,
                    salt);
        } catch (DateTimeException e) {
            throw damaged(e);
        }
    }

    private static byte[] base64(JsonNode tree, String field) {
        try {
            return Base64.getDecoder().decode(tree.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static IllegalArgumentException damaged(@Nullable Exception cause) {
        return new IllegalArgumentException("the file is not a backup of keys, or was changed", cause);
    }

    private static ObjectNode content(KeyBackup backup) {
        ObjectNode content = Json.MAPPER.createObjectNode();
        ObjectNode files = content.putObject("files");
        backup.files().forEach(files::put);
        ArrayNode keys = content.putArray("keys");
        for (KeyRecord record : backup.records()) {
            ObjectNode key = keys.addObject().put("name", KeyRecordJson.name(record));
            KeyRecordJson.value(record).ifPresent(value -> key.set("value", value));
        }
        return content;
    }

    private static KeyBackup backup(Head head, JsonNode content) {
        SortedMap<String, String> files = new TreeMap<>();
        content.path("files")
                .properties()
                .forEach(file -> files.put(file.getKey(), file.getValue().asText()));
        List<KeyRecord> records = new ArrayList<>();
        for (JsonNode key : content.path("keys")) {
            records.add(KeyRecordJson.of(key.path("name").asText(), Optional.ofNullable(key.get("value"))));
        }
        return new KeyBackup(head.cluster(), head.time(), files, records);
    }
}
