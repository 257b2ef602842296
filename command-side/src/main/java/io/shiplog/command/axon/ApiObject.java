package io.shiplog.command.axon;

import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.modelling.EntityEvolver;

/**
 * The only entity: any object of any kind, as far as a decision needs it. Proposals read the object itself; the decider only has
 * to know which one is the newest.
 *
 * @param revision of the object's newest event, 0 if there is no object
 */
record ApiObject(ObjectKey key, long revision) {

    static ApiObject absent(ObjectKey key) {
        return new ApiObject(key, 0);
    }

    /** The only place where an event becomes state. */
    static final class Evolver implements EntityEvolver<ApiObject> {
        @Override
        public ApiObject evolve(ApiObject entity, EventMessage event, ProcessingContext context) {
            return switch (event.payload()) {
                case Long revision -> new ApiObject(entity.key(), revision);
                case EventDraft draft ->
                    new ApiObject(entity.key(), draft.type().removes() ? 0 : draft.revision());
                case null, default -> entity;
            };
        }
    }
}
