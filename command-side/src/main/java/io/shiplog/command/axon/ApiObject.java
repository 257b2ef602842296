package io.shiplog.command.axon;

import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.modelling.EntityEvolver;
import org.jspecify.annotations.Nullable;

/**
 * The one entity: any object of any kind. Since each event carries its object whole, an object's newest event alone makes the
 * entity.
 *
 * @param current the object as it was decided last, null if there is none
 * @param decided the event that this command added, if it did
 */
record ApiObject(
        ObjectKey key,
        @Nullable StoredObject current,
        @Nullable EventDraft decided) {

    static ApiObject absent(ObjectKey key) {
        return new ApiObject(key, null, null);
    }

    /** Only here an event becomes state. */
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
