package io.shiplog.events.log;

/**
 * The type of a change, as a CloudEvents type: {@code io.shiplog.pod.scheduled.v1}. Published types never change; a new form is
 * a new version.
 *
 * @param subject the kind in lower case
 * @param happened a past participle: created, modified, scheduled, deleted …
 */
public record EventType(String subject, String happened, int version) {
    private static final String PREFIX = "io.shiplog.";
    /** The object was created. */
    public static final String CREATED = "created";

    /** The object was removed. The value is its last state. */
    public static final String DELETED = "deleted";

    public static EventType of(String subject, String happened) {
        return new EventType(subject, happened, 1);
    }

    /** Whether the event creates its object. */
    public boolean creates() {
        return happened.equals(CREATED);
    }

    /** Whether the event removes its object. */
    public boolean removes() {
        return happened.equals(DELETED);
    }

    /**
     * Parses a CloudEvents type.
     *
     * @throws IllegalArgumentException if it is not one of Shiplog's
     */
    public static EventType parse(String ceType) {
        String[] parts = ceType.split("\\.");
        if (parts.length != 5 || !ceType.startsWith(PREFIX) || !parts[4].matches("v[1-9][0-9]*")) {
            throw new IllegalArgumentException("not a Shiplog event type: " + ceType);
        }
        return new EventType(parts[2], parts[3], Integer.parseInt(parts[4].substring(1)));
    }

    @Override
    public String toString() {
        return PREFIX + subject + "." + happened + ".v" + version;
    }
}
