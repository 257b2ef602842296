package io.shiplog.node.probe;

/**
 * What one probe found.
 *
 * @param message what the Event says of a failure; empty for a success
 */
public record Answer(boolean success, String message) {
    public static final Answer SUCCESS = new Answer(true, "");

    public static Answer failure(String message) {
        return new Answer(false, message);
    }
}
