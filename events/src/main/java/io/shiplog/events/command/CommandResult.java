package io.shiplog.events.command;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.List;

/** The answer to a command. It is given when the event is durable and read back, never before. */
public sealed interface CommandResult {

    /**
     * @param revision of the object after the command; its old one where nothing changed; 0 where there is none
     * @param object the object after the command; the last state of a deleted one
     * @param outcome what became of the object
     * @param warnings for the {@code Warning} header
     */
    record Accepted(ObjectKey key, long revision, Json object, Outcome outcome, List<String> warnings)
            implements CommandResult {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    record Refused(Refusal refusal) implements CommandResult {}

    /** What an accepted command did. */
    enum Outcome {
        CREATED,
        CHANGED,
        /** The command asked for what already is: no event. */
        UNCHANGED,
        /** Finalizers or a grace period stand before the end. */
        DELETION_REQUESTED,
        DELETED
    }
}
