package io.shiplog.command.patch;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;

/** Aborts the recursion over a patch that cannot be applied; {@link Patches} converts it to a value. */
final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    private PatchException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }

    /** The patch is malformed. */
    static PatchException malformed(String message) {
        return new PatchException(Refusal.of(Reason.BAD_REQUEST, message));
    }

    /** The patch is well formed, but does not apply to this object: a failed test, a missing path. */
    static PatchException unfit(String message) {
        return new PatchException(Refusal.of(
                Reason.INVALID, "the server rejected our request due to an error in our request: " + message));
    }

    static PatchException tooLarge(String message) {
        return new PatchException(Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, message));
    }
}
