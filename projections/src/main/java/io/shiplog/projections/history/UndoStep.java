package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import java.util.List;

/** One command that takes something back. */
public sealed interface UndoStep {
    ObjectKey key();

    /**
     * Makes an object that went, as it was before; with a new uid, as everything that is made.
     *
     * @param object without what the server gives; ownerReferences still name the uids of then
     * @param uid that it had
     */
    record Create(ObjectKey key, JsonNode object, String uid) implements UndoStep {}

    /**
     * Puts back values of an object.
     *
     * @param subject what it was worked out from
     * @param object the object as it is to be, with the resourceVersion that it was worked out from
     * @param fields what it changes
     */
    record Update(UndoSubject subject, JsonNode object, List<FieldChange> fields) implements UndoStep {
        public Update {
            fields = List.copyOf(fields);
        }

        @Override
        public ObjectKey key() {
            return subject.key();
        }
    }

    /** Deletes an object that came. */
    record Delete(ObjectKey key, String uid) implements UndoStep {}
}
