package io.shiplog.command.patch;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;

/** Aborts the recursion over a patch that cannot be applied; {@link Patches} converts it to a value. */
final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String UNFIT = "the server rejected our request due to an error in our request";
    private final transient Refusal refusal;

    private PatchException(Refusal refusal) {
        this(refusal, refusal.message());
    }

    private PatchException(Refusal refusal, String why) {
        super(why, null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }

    /** The patch is malformed. */
    static PatchException malformed(String message) {
        return new PatchException(Refusal.of(Reason.BAD_REQUEST, message));
    }

    /** The patch is well formed, but does not apply to this object. */
    static PatchException unfit(String message) {
        return new PatchException(Refusal.of(Reason.INVALID, UNFIT + ": " + message));
    }

    /**
     * An operation of a JSON patch does not apply: a failed test, a missing path. Kubernetes does not say which.
     *
     * @param why the exception's own message
     */
    static PatchException inapplicable(String why) {
        return new PatchException(Refusal.of(Reason.INVALID, UNFIT), why);
    }

    static PatchException tooLarge(String message) {
        return new PatchException(Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, message));
    }
}
