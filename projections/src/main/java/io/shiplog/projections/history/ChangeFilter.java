package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events that a query selects. An event must match everything that is not null, and {@link #rest}.
 *
 * @param type of the object
 * @param namespace of the object; empty for cluster-scoped objects only
 * @param name of the object
 * @param actor the exact user name
 * @param commandId the command that caused the event
 * @param correlationId the user's command at the root
 * @param rest any other condition; not indexed. Called on the history's threads
 */
public record ChangeFilter(
        @Nullable ResourceType type,
        @Nullable String namespace,
        @Nullable String name,
        @Nullable String actor,
        @Nullable String commandId,
        @Nullable String correlationId,
        Predicate<Event> rest)
        implements Predicate<Event> {
    /** Every event. */
    public static final ChangeFilter ALL = new ChangeFilter(null, null, null, null, null, null, event -> true);

    /** The events of one name: a deleted object's successor has it too. */
    public static ChangeFilter of(ObjectKey key) {
        return new ChangeFilter(key.type(), key.namespace(), key.name(), null, null, null, event -> true);
    }

    /** The events of one name whose values are the object: all but access events. */
    public static ChangeFilter ofStates(ObjectKey key) {
        return of(key).and(event -> !event.type().isAccess());
    }

    /** The events of a namespace's objects. The namespace itself is cluster-scoped. */
    public static ChangeFilter inNamespace(String namespace) {
        return new ChangeFilter(null, namespace, null, null, null, null, event -> true);
    }

    /** The events with a user's command at the root. */
    public static ChangeFilter correlatedWith(String correlationId) {
        return new ChangeFilter(null, null, null, null, null, correlationId, event -> true);
    }

    /** This filter, and another condition. */
    @Override
    public ChangeFilter and(Predicate<? super Event> also) {
        return new ChangeFilter(type, namespace, name, actor, commandId, correlationId, rest.and(also));
    }

    /** This filter, restricted to one namespace. */
    public ChangeFilter inNamespaceOnly(String only) {
        return new ChangeFilter(type, only, name, actor, commandId, correlationId, rest);
    }

    /** The object that it selects, null if it may select several. */
    public @Nullable ObjectKey key() {
        return type == null || namespace == null || name == null ? null : ObjectKey.of(type, namespace, name);
    }

    @Override
    public boolean test(Event event) {
        ObjectKey key = event.key();
        return (type == null || type.equals(key.type()))
                && (namespace == null || namespace.equals(key.namespace()))
                && (name == null || name.equals(key.name()))
                && (actor == null || actor.equals(event.actor()))
                && (commandId == null || commandId.equals(event.commandId()))
                && (correlationId == null || correlationId.equals(event.correlationId()))
                && rest.test(event);
    }
}
