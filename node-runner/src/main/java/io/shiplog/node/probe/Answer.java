package io.shiplog.node.probe;

/**
 * The result of one probe.
 *
 * @param message the Event's message for a failure; empty for a success
 */
public record Answer(boolean success, String message) {
    public static final Answer SUCCESS = new Answer(true, "");

    public static Answer failure(String message) {
        return new Answer(false, message);
    }
}
