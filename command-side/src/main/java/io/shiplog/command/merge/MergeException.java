package io.shiplog.command.merge;

/** Why trees cannot be compared or merged, in Kubernetes' words. Does not leave the package. */
final class MergeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MergeException(String message) {
        super(message, null, false, false);
    }

    /** The sentence for the client. */
    String why() {
        return String.valueOf(getMessage());
    }
}
