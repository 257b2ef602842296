package io.shiplog.projections.history.undo;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.diff.FieldChange;
import java.util.List;

/** One command that reverts something. */
public sealed interface UndoStep {
    ObjectKey key();

    /**
     * Recreates a deleted object as it was before; with a new uid.
     *
     * @param object without server-set fields; ownerReferences still name the old uids
     * @param uid that it had
     */
    record Create(ObjectKey key, JsonNode object, String uid) implements UndoStep {}

    /**
     * Restores values of an object.
     *
     * @param subject the object that it was computed from
     * @param object the object as it should be, with the resourceVersion that it was computed from
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

    /** Deletes a created object. */
    record Delete(ObjectKey key, String uid) implements UndoStep {}
}
