package io.shiplog.docker.client;

import org.jspecify.annotations.Nullable;

/** Why a command failed, in a sentence for the user. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    public ClientException(String message) {
        this(message, 0, null);
    }

    /** @param code the HTTP status of the answer; 0 if there was none */
    ClientException(String message, int code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Whether the server answered NotFound. */
    public boolean notFound() {
        return code == 404;
    }

    /** Whether the server answered Forbidden. */
    public boolean forbidden() {
        return code == 403;
    }

    /** The same failure with another sentence on a line of its own. */
    public ClientException with(String sentence) {
        return new ClientException(getMessage() + System.lineSeparator() + sentence, code, this);
    }

    /** Whether the server asked to retry later. */
    public boolean tooMany() {
        return code == 429;
    }

    /** Whether the server answered Invalid. */
    public boolean invalid() {
        return code == 422;
    }

    /** Whether the server answered Conflict. */
    public boolean conflict() {
        return code == 409;
    }
}
