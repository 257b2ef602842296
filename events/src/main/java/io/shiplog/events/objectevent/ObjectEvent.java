package io.shiplog.events.objectevent;

/**
 * A core/v1 Event to record about an object. Named so to keep it apart from the events of the log.
 *
 * @param reason one word in CamelCase, as {@code Scheduled}
 * @param message a sentence
 * @param component the reporting component: {@code kubelet}, {@code default-scheduler}, {@code replicaset-controller} …
 * @param host the node of a kubelet, else empty
 */
public record ObjectEvent(
        Regarding regarding, Severity severity, String reason, String message, String component, String host) {

    /** The two types of Event objects. */
    public enum Severity {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Severity(String word) {
            this.word = word;
        }

        /** The value of {@code type}. */
        public String word() {
            return word;
        }
    }

    /** A Normal event of a control plane component. */
    public static ObjectEvent normal(Regarding regarding, String reason, String message, String component) {
        return new ObjectEvent(regarding, Severity.NORMAL, reason, message, component, "");
    }

    /** A Warning event of a control plane component. */
    public static ObjectEvent warning(Regarding regarding, String reason, String message, String component) {
        return new ObjectEvent(regarding, Severity.WARNING, reason, message, component, "");
    }

    /** The same event, reported by a component on this node. */
    public ObjectEvent on(String node) {
        return new ObjectEvent(regarding, severity, reason, message, component, node);
    }

    /** The same event with another message. */
    public ObjectEvent withMessage(String text) {
        return new ObjectEvent(regarding, severity, reason, text, component, host);
    }
}
