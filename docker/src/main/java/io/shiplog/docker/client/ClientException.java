package io.shiplog.docker.client;

import org.jspecify.annotations.Nullable;

/** What keeps a command from its answer, in a sentence for the user. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    public ClientException(String message) {
        this(message, 0, null);
    }

    /** @param code the HTTP status that the server answered with; 0 if it gave no answer */
    ClientException(String message, int code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Whether the server said that there is no such thing. */
    public boolean notFound() {
        return code == 404;
    }

    /** Whether the server said that it is too early, or too much: the same may succeed later. */
    public boolean tooMany() {
        return code == 429;
    }

    /** Whether the server said that what was asked for is in the way of something newer. */
    public boolean conflict() {
        return code == 409;
    }
}
