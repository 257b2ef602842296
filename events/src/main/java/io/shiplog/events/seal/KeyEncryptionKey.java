package io.shiplog.events.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKey;

/** A key that wraps data keys. It is never on Kafka, which has only its fingerprint. */
public final class KeyEncryptionKey {
    private static final int FINGERPRINT_BYTES = 8;

    private final SecretKey key;
    private final String fingerprint;

    private KeyEncryptionKey(byte[] bytes) {
        this.key = AesGcm.key(bytes);
        this.fingerprint = fingerprint(bytes);
    }

    /**
     * The key of these bytes.
     *
     * @throws IllegalArgumentException if they are not 32
     */
    public static KeyEncryptionKey of(byte[] bytes) {
        return new KeyEncryptionKey(bytes);
    }

    static KeyEncryptionKey random(SecureRandom random) {
        return new KeyEncryptionKey(AesGcm.randomKey(random).getEncoded());
    }

    /** The 32 bytes, to be stored where only their owner can read them. */
    public byte[] bytes() {
        return key.getEncoded();
    }

    /** Sixteen hexadecimal digits that identify the key and reveal nothing about it. */
    public String fingerprint() {
        return fingerprint;
    }

    byte[] wrap(String id, SecretKey dataKey, SecureRandom random) {
        return AesGcm.seal(key, bound(id), dataKey.getEncoded(), random);
    }

    SecretKey unwrap(String id, byte[] wrapped) throws BrokenSealException {
        return AesGcm.key(AesGcm.open(key, bound(id), wrapped));
    }

    /** A wrapped key stored under another one's name does not unwrap. */
    private static byte[] bound(String id) {
        return ("shiplog:key:v1\n" + id).getBytes(UTF_8);
    }

    private static String fingerprint(byte[] bytes) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("shiplog:key-encryption-key\n".getBytes(UTF_8));
            return HexFormat.of().formatHex(sha256.digest(bytes), 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return fingerprint;
    }
}
