package io.shiplog.events.log;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The public keys whose signatures on heads are trusted. A log has several after a restore: its former cluster's and the one
 * of the cluster that continues it.
 *
 * @param keys Ed25519 keys; none: signatures are not checked
 */
public record Signers(List<PublicKey> keys) {
    /** Trusts no key: signatures are not checked. */
    public static final Signers NONE = new Signers(List.of());

    private static final int SHOWN_BYTES = 8;

    public Signers {
        keys = List.copyOf(keys);
    }

    /** Whether there is no key to check signatures with. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The key that signed a head; empty if none of these did. */
    public Optional<PublicKey> of(SignedHead head) {
        return keys.stream().filter(head::isSignedBy).findFirst();
    }

    /** A short name of a key: the first 8 bytes of the SHA-256 of its DER form, as hexadecimal text. */
    public static String name(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
