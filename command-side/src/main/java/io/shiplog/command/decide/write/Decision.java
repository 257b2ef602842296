package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Guard;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a command: one event, nothing, or a refusal. */
public sealed interface Decision {

    /**
     * One object changes.
     *
     * @param subject the object's API path
     * @param verb the operation, in one word
     * @param node the pod's node, for pods that have one
     * @param object the object after it, without its new resourceVersion; the last state of a deleted one
     * @param answer the client's answer instead of the object (a Scale), or null for the object itself
     * @param guards what must still be true of other objects when the change becomes an event
     */
    record Changed(
            ObjectKey key,
            EventType type,
            String subject,
            EventVerb verb,
            Outcome outcome,
            ObjectNode object,
            @Nullable String node,
            @Nullable ObjectNode answer,
            List<String> warnings,
            List<Guard> guards)
            implements Decision {
        public Changed {
            warnings = List.copyOf(warnings);
            guards = List.copyOf(guards);
        }

        /** The same change, which another guard must admit too. */
        public Changed guardedBy(Guard guard) {
            List<Guard> all = new ArrayList<>(guards);
            all.add(guard);
            return new Changed(key, type, subject, verb, outcome, object, node, answer, warnings, all);
        }
    }

    /** The command has no effect. */
    record Unchanged(ObjectKey key, long revision, Json object, List<String> warnings) implements Decision {
        public Unchanged {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The command is refused.
     *
     * @param warnings about its body, beside those that reading gave
     */
    record Refused(Refusal refusal, List<String> warnings) implements Decision {
        public Refused {
            warnings = List.copyOf(warnings);
        }

        public Refused(Refusal refusal) {
            this(refusal, List.of());
        }
    }
}
