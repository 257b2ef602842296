package io.shiplog.events.command;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.List;

/** The answer to a command, given after the event is durable and read back, never before. */
public sealed interface CommandResult {

    /**
     * @param revision of the object after the command; the old one if nothing changed; 0 if there is none
     * @param object the object after the command; the last state of a deleted one
     * @param outcome what the command did to the object
     * @param warnings for the {@code Warning} header
     */
    record Accepted(ObjectKey key, long revision, Json object, Outcome outcome, List<String> warnings)
            implements CommandResult {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The command had no effect.
     *
     * @param warnings for the {@code Warning} header
     */
    record Refused(Refusal refusal, List<String> warnings) implements CommandResult {
        public Refused {
            warnings = List.copyOf(warnings);
        }

        /** A refusal without warnings. */
        public Refused(Refusal refusal) {
            this(refusal, List.of());
        }
    }

    /** What an accepted command did. */
    enum Outcome {
        CREATED,
        CHANGED,
        /** The command had no effect: no event. */
        UNCHANGED,
        /** The object remains until its finalizers or grace period end. */
        DELETION_REQUESTED,
        DELETED
    }
}
