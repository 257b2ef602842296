package io.shiplog.events.happening;

/**
 * Something that people should know about an object.
 *
 * @param reason one word in CamelCase, as {@code Scheduled}
 * @param message a sentence
 * @param component who tells: {@code kubelet}, {@code default-scheduler}, {@code replicaset-controller} …
 * @param host the node of a kubelet, else empty
 */
public record Happening(
        Regarding regarding, Severity severity, String reason, String message, String component, String host) {

    /** The two types of Event objects. */
    public enum Severity {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Severity(String word) {
            this.word = word;
        }

        /** As it stands in {@code type}. */
        public String word() {
            return word;
        }
    }

    /** Told by a part of the control plane, all being well. */
    public static Happening normal(Regarding regarding, String reason, String message, String component) {
        return new Happening(regarding, Severity.NORMAL, reason, message, component, "");
    }

    /** Told by a part of the control plane, something being wrong. */
    public static Happening warning(Regarding regarding, String reason, String message, String component) {
        return new Happening(regarding, Severity.WARNING, reason, message, component, "");
    }

    /** The same, told by a component of this node. */
    public Happening on(String node) {
        return new Happening(regarding, severity, reason, message, component, node);
    }

    /** The same with more said. */
    public Happening withMessage(String text) {
        return new Happening(regarding, severity, reason, text, component, host);
    }
}
