package io.shiplog.node.engine;

/** The engine refused or failed. The message is the engine's own, fit for users. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of failure: callers use it to decide whether to retry. */
    public enum Why {
        /** The container does not exist, or does not run where it must. */
        GONE,
        NO_IMAGE,
        NAME_TAKEN,
        TIMED_OUT,
        /** The engine cannot be reached. */
        UNREACHABLE,
        /** Anything else; the message says what. */
        REFUSED
    }

    private final Why why;

    public EngineException(Why why, String message) {
        super(message);
        this.why = why;
    }

    public EngineException(Why why, String message, Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
