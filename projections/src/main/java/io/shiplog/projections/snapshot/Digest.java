package io.shiplog.projections.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the objects of a shard in the order of their keys: type, namespace, name. */
public final class Digest {
    private final MessageDigest sha256;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private long objects;

    public Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Adds the next object. */
    public void add(SnapshotRecord next) {
        objects++;
        text(next.key().recordKey());
        number(next.revision());
        text(next.correlationId());
        bytes(next.object().atRest());
    }

    /** How many objects were added. */
    public long objects() {
        return objects;
    }

    /** The digest as hexadecimal text; nothing can be added afterwards. */
    public String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length, so that no two sequences have the same input. */
    private void bytes(byte[] bytes) {
        number(bytes.length);
        sha256.update(bytes);
    }

    private void number(long value) {
        sha256.update(number.clear().putLong(value).array());
    }
}
