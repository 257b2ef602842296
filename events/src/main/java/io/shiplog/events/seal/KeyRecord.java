package io.shiplog.events.seal;

/** A record of a {@link KeyStore}: for each data key its newest record, and which key-encryption key is in force. */
public sealed interface KeyRecord {

    /** From here on a wrapped key counts only if it is wrapped with this key-encryption key. */
    record InForce(String fingerprint) implements KeyRecord {}

    /**
     * A data key.
     *
     * @param id names it, in {@link Envelope}s too
     * @param fingerprint of the key-encryption key that unwraps it
     */
    record Wrapped(String id, String fingerprint, byte[] box) implements KeyRecord {}

    /** A data key that was destroyed. */
    record Shredded(String id, Shredding shredding) implements KeyRecord {}

    /** A data key that was never used, and never will be. */
    record Unused(String id) implements KeyRecord {}
}
