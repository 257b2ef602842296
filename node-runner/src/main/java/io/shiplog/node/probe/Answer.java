package io.shiplog.node.probe;

/**
 * The result of one probe or hook.
 *
 * @param message the Event's message for a failure, or for a success that deserves a warning; else empty
 */
public record Answer(boolean success, String message) {
    public static final Answer SUCCESS = new Answer(true, "");

    /** A success that users should look at. */
    public static Answer warning(String message) {
        return new Answer(true, message);
    }

    public static Answer failure(String message) {
        return new Answer(false, message);
    }
}
