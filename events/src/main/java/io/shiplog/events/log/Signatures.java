package io.shiplog.events.log;

import java.util.List;
import java.util.Optional;

/**
 * The signed heads found while reading a shard.
 *
 * @param parts by which known keys, in the log's order: a part ends where another key signs
 * @param unknown the newest head that no known key signed: proves nothing, and is no evidence of a forgery
 */
public record Signatures(List<Part> parts, Optional<SignedHead> unknown) {
    public Signatures {
        parts = List.copyOf(parts);
    }

    /**
     * A part of the log that one key signed.
     *
     * @param signer the key's name ({@link Signers#name})
     * @param newest its newest head with a valid link; it proves all events up to its revision
     */
    public record Part(String signer, SignedHead newest) {}

    /** The newest valid head that a known key signed. */
    public Optional<SignedHead> newest() {
        return parts.isEmpty() ? Optional.empty() : Optional.of(parts.getLast().newest());
    }
}
