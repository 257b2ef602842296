package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.NamespaceBirths;
import io.shiplog.gateway.identity.NamespaceBirths.Birth;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.image.Image;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may read of the past: what today's roles let it read of the present, limited to the lifetime of the namespace that
 * has the name today. A caller that may read all namespaces sees all. Authorizes once per type and namespace, and once per object
 * if the caller may not read the whole collection. Thread-safe.
 */
final class HistoryAccess implements Predicate<Event> {
    private final Gatekeeper gatekeeper;
    private final NamespaceBirths births;
    private final Image image;
    private final Actor actor;
    private final String verb;
    private final Map<Collection, Boolean> collections = new ConcurrentHashMap<>();

    private record Collection(ResourceType type, String namespace) {}

    private HistoryAccess(Gatekeeper gatekeeper, NamespaceBirths births, Image image, Actor actor, String verb) {
        this.gatekeeper = gatekeeper;
        this.births = births;
        this.image = image;
        this.actor = actor;
        this.verb = verb;
    }

    /**
     * The access of a request's caller, once the creation of its namespace is known.
     *
     * @param verb get, list or watch: the caller's verb on changes, which it must also have on the objects
     */
    static CompletionStage<HistoryAccess> of(
            Gatekeeper gatekeeper, NamespaceBirths births, Exchange exchange, String verb) {
        // The newest image, regardless of the moment in question.
        Image image = exchange.ports().images().current();
        HistoryAccess access = new HistoryAccess(gatekeeper, births, image, exchange.actor(), verb);
        String namespace = exchange.info().namespace();
        return namespace.isEmpty()
                ? CompletableFuture.completedFuture(access)
                : births.of(image, namespace).thenApply(birth -> access);
    }

    @Override
    public boolean test(Event event) {
        ObjectKey key = event.key();
        return sees(key) && (key.namespace().isEmpty() || seesEverywhere(key) || isOfToday(event));
    }

    private boolean isOfToday(Event event) {
        String namespace = event.key().namespace();
        Birth birth = births.known(image, namespace).orElse(null);
        return birth != null && event.shard().equals(Image.MAIN_SHARD)
                ? event.revision() >= birth.revision()
                : births.since(image, namespace)
                        .map(since -> !event.time().isBefore(since))
                        .orElse(false);
    }

    /** Whether the caller may read an object of the main shard as it was at a revision. Waits. */
    boolean seesAt(ObjectKey key, long revision) {
        return sees(key)
                && (key.namespace().isEmpty()
                        || seesEverywhere(key)
                        || Past.await(births.of(image, key.namespace()))
                                .filter(birth -> revision >= birth.revision())
                                .isPresent());
    }

    private boolean seesEverywhere(ObjectKey key) {
        return mayRead(new Collection(key.type(), "")) || may("get", ObjectKey.of(key.type(), "", key.name()));
    }

    /** Whether the caller may read the object as it is today. */
    boolean sees(ObjectKey key) {
        return mayRead(new Collection(key.type(), key.namespace())) || may("get", key);
    }

    private boolean mayRead(Collection collection) {
        return collections.computeIfAbsent(
                collection, each -> may(verb, ObjectKey.of(each.type(), each.namespace(), "")));
    }

    /** Null if the caller may see the object, else a 403 that does not reveal its name. */
    @Nullable Refusal refusal(ObjectKey key) {
        return sees(key) ? null : forbidden(key);
    }

    /** Null if the caller may see the event, else a 403 that does not reveal its object. */
    @Nullable Refusal refusal(Event event) {
        return test(event) ? null : forbidden(event.key());
    }

    private Refusal forbidden(ObjectKey key) {
        Refusal refusal = gatekeeper.refusal(image, wanted("get", ObjectKey.of(key.type(), key.namespace(), "")));
        return refusal != null
                ? refusal
                : Refusal.of(
                        Refusal.Reason.FORBIDDEN,
                        "reading the past of a former namespace \"%s\" requires access to all namespaces"
                                .formatted(key.namespace()));
    }

    private boolean may(String what, ObjectKey key) {
        return gatekeeper.ask(image, wanted(what, key)).allowed();
    }

    private AccessRequest wanted(String what, ObjectKey key) {
        return AccessRequest.resource(
                actor, what, key.type().group(), key.type().resource(), "", key.namespace(), key.name());
    }
}
