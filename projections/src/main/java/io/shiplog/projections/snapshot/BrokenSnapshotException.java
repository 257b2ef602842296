package io.shiplog.projections.snapshot;

/** A snapshot does not match its checkpoint, or belongs to another log. The log itself is then read from its beginning. */
public final class BrokenSnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokenSnapshotException(String message) {
        super(message);
    }
}
