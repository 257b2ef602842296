package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed command, or why it is invalid. */
public sealed interface Reading {
    /**
     * A command with the key of its object.
     *
     * @param body the object in it, null for a command without one
     */
    record Asked(Inquiry inquiry, ObjectKey key, @Nullable ObjectNode body, List<String> warnings) implements Reading {
        /** The body of a command that has one. */
        ObjectNode tree() {
            if (body == null) {
                throw new IllegalArgumentException("read() gives every command with a body its tree");
            }
            return body;
        }
    }

    /** An invalid command. */
    record Unreadable(Refusal refusal) implements Reading {}
}
