package io.shiplog.command.axon;

import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.modelling.EntityEvolver;
import org.jspecify.annotations.Nullable;

/**
 * The only entity: any object of any kind. Since each event contains the whole object, the newest event is enough to source it.
 *
 * @param current the object as last decided, null if there is none
 * @param decided the event that this command added, if it did
 */
record ApiObject(
        ObjectKey key,
        @Nullable StoredObject current,
        @Nullable EventDraft decided) {

    static ApiObject absent(ObjectKey key) {
        return new ApiObject(key, null, null);
    }

    /** The only place where an event becomes state. */
    static final class Evolver implements EntityEvolver<ApiObject> {
        @Override
        public ApiObject evolve(ApiObject entity, EventMessage event, ProcessingContext context) {
            return switch (event.payload()) {
                case StoredObject stored -> new ApiObject(entity.key(), stored, null);
                case EventDraft draft -> new ApiObject(entity.key(), entity.current(), draft);
                case null, default -> entity;
            };
        }
    }
}
