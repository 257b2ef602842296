package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.projections.Image;
import io.shiplog.projections.access.AccessRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may see of the past: what today's roles let it read of the present. Asked once for each type and namespace, then
 * for each object if the whole collection is not the caller's to read. Safe to ask on any thread.
 */
final class Sight implements Predicate<Event> {
    private final Gatekeeper gatekeeper;
    private final Image image;
    private final Actor actor;
    private final String verb;
    private final Map<Collection, Boolean> collections = new ConcurrentHashMap<>();

    private record Collection(ResourceType type, String namespace) {}

    /**
     * @param image the newest one, whatever moment is looked at
     * @param verb get, list or watch: what the caller does with changes, and must be allowed to do with the objects
     */
    Sight(Gatekeeper gatekeeper, Image image, Actor actor, String verb) {
        this.gatekeeper = gatekeeper;
        this.image = image;
        this.actor = actor;
        this.verb = verb;
    }

    @Override
    public boolean test(Event event) {
        return sees(event.key());
    }

    boolean sees(ObjectKey key) {
        return collections.computeIfAbsent(
                        new Collection(key.type(), key.namespace()),
                        each -> may(verb, ObjectKey.of(each.type(), each.namespace(), "")))
                || may("get", key);
    }

    /** Null if the caller may see the object, else a 403 that does not say its name. */
    @Nullable Refusal refusal(ObjectKey key) {
        return sees(key)
                ? null
                : gatekeeper.refusal(image, wanted("get", ObjectKey.of(key.type(), key.namespace(), "")));
    }

    private boolean may(String what, ObjectKey key) {
        return gatekeeper.ask(image, wanted(what, key)).allowed();
    }

    private AccessRequest wanted(String what, ObjectKey key) {
        return AccessRequest.resource(
                actor, what, key.type().group(), key.type().resource(), "", key.namespace(), key.name());
    }
}
