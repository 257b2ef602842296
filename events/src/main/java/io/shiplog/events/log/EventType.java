package io.shiplog.events.log;

import io.shiplog.events.object.ResourceType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a change, as a CloudEvents type: {@code io.shiplog.core.pod.scheduled.v1}. Published types never change; a new form
 * is a new version. Readers see every type in its newest form, whatever form its record has (docs/adr/0107).
 *
 * @param group the API group of the stored form, empty for the core group
 * @param kind in lower case
 * @param happened the word of a {@link ChangeType}, or one of a later version
 * @param written the type as its record has it, which the hash chain covers; it differs from {@link #toString} if the record was
 *     written before types named the group
 */
public record EventType(String group, String kind, String happened, int version, String written) {
    private static final String PREFIX = "io.shiplog.";
    /** The core group in a type; no other group has this name, since groups of custom kinds have dots. */
    private static final String CORE = "core";

    private static final Pattern FORM =
            Pattern.compile("io\\.shiplog\\.((?:[^.]+\\.)*)([^.]+)\\.([^.]+)\\.v([1-9][0-9]*)");

    /** The type of a new event. */
    public static EventType of(String group, String kind, String happened) {
        return new EventType(group, kind, happened, 1, text(group, kind, happened, 1));
    }

    /** The type of a new event, in the newest version. */
    static EventType of(String group, String kind, ChangeType change) {
        int version = change.version();
        return new EventType(group, kind, change.word(), version, text(group, kind, change.word(), version));
    }

    /**
     * Parses a CloudEvents type of any version. The upcaster: a type without a group gets that of its object.
     *
     * @param written as the record has it
     * @param type of the record's object
     * @throws IllegalArgumentException if it is not one of Shiplog's
     */
    public static EventType read(String written, ResourceType type) {
        Matcher parts = FORM.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a Shiplog event type: " + written);
        }
        String named = parts.group(1).isEmpty() ? "" : parts.group(1).substring(0, parts.end(1) - parts.start(1) - 1);
        String group = named.isEmpty() ? type.group() : named.equals(CORE) ? "" : named;
        return new EventType(group, parts.group(2), parts.group(3), Integer.parseInt(parts.group(4)), written);
    }

    /** The word in a type's text, in any form: {@code scheduled}; empty if it is not one of Shiplog's. */
    public static String word(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() ? parts.group(3) : "";
    }

    /** What happened; {@link ChangeType#MODIFIED} for a word of a later version. */
    public ChangeType change() {
        return ChangeType.of(happened);
    }

    /** Whether the event records an access and leaves its object as it was: its value is not the object ({@link ChangeType#isAccess}). */
    public boolean isAccess() {
        ChangeType change = change();
        return change.isAccess() && version >= change.version();
    }

    /** Whether it is one of these changes. */
    public boolean is(ChangeType... any) {
        ChangeType change = change();
        for (ChangeType each : any) {
            if (each == change) {
                return true;
            }
        }
        return false;
    }

    /** Whether the event creates its object. */
    public boolean creates() {
        return happened.equals(ChangeType.CREATED.word());
    }

    /** Whether the event removes its object. */
    public boolean removes() {
        return happened.equals(ChangeType.DELETED.word());
    }

    /** Whether the event removes its object or requests its end. */
    public boolean ends() {
        return is(ChangeType.DELETED, ChangeType.DELETION_REQUESTED);
    }

    private static String text(String group, String kind, String happened, int version) {
        return PREFIX + (group.isEmpty() ? CORE : group) + "." + kind + "." + happened + ".v" + version;
    }

    /** In its newest form: {@code io.shiplog.apps.deployment.scaled.v1}. */
    @Override
    public String toString() {
        return text(group, kind, happened, version);
    }
}
