package io.shiplog.gateway;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.NamespaceBirths;
import io.shiplog.gateway.identity.NamespaceBirths.Birth;
import io.shiplog.gateway.read.OldRevision;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.Set;

/**
 * Reads of a namespace's past, under {@code /at/} or by an old resourceVersion: limited to the lifetime of the namespace that
 * has the name today, unless the caller may read all namespaces.
 */
final class PastOfNamespace {
    private static final Set<String> READING = Set.of("get", "list", "watch");

    private final Gatekeeper gatekeeper;
    private final NamespaceBirths births;

    PastOfNamespace(Gatekeeper gatekeeper, NamespaceBirths births) {
        this.gatekeeper = gatekeeper;
        this.births = births;
    }

    /**
     * Continues with an allowed request (changes are judged one by one elsewhere), or refuses one that would show a former
     * namespace.
     */
    void checked(Exchange exchange, Runnable then) {
        String namespace = exchange.info().namespace();
        if (namespace.isEmpty() || !readsThePast(exchange) || readsAll(exchange)) {
            then.run();
            return;
        }
        Image image = exchange.ports().images().current();
        exchange.whenDone(births.of(image, namespace), birth -> {
            if (birth.isEmpty()) {
                exchange.refuse(former(exchange));
            } else {
                checked(exchange, birth.get(), then);
            }
        });
    }

    private static boolean readsThePast(Exchange exchange) {
        if (exchange.now() && OldRevision.of(exchange) <= 0) {
            return false;
        }
        RequestInfo info = exchange.info();
        return READING.contains(info.verb()) && !info.group().equals(ChangeKind.GROUP)
                || VirtualResource.isAboutRights(info);
    }

    private static void checked(Exchange exchange, Birth birth, Runnable then) {
        switch (exchange.moment()) {
            case Moment.Now() -> ofShard(exchange, birth, then);
            case Moment.AtRevision(long revision) ->
                after(exchange, birth, revision, () -> ofShardIfAsked(exchange, birth, then));
            // Clocks can be set back, revisions cannot.
            case Moment.AtTime(Instant time) ->
                exchange.whenDone(
                        exchange.ports()
                                .history()
                                .revisionAt(
                                        Image.MAIN_SHARD,
                                        Point.through(
                                                time, exchange.ports().clock().instant())),
                        revision -> after(exchange, birth, revision, () -> ofShardIfAsked(exchange, birth, then)));
        }
    }

    /** A list may name an exact revision beside the moment, and then shows that one. */
    private static void ofShardIfAsked(Exchange exchange, Birth birth, Runnable then) {
        if (OldRevision.of(exchange) > 0) {
            ofShard(exchange, birth, then);
        } else {
            then.run();
        }
    }

    private static void after(Exchange exchange, Birth birth, long revision, Runnable then) {
        if (revision < birth.revision()) {
            exchange.refuse(former(exchange));
        } else {
            then.run();
        }
    }

    /** A resourceVersion is of the shard of its kind. */
    private static void ofShard(Exchange exchange, Birth birth, Runnable then) {
        KindDescription kind = exchange.ports().kinds().get(exchange.info().type());
        if (kind == null || kind.shard().equals(Image.MAIN_SHARD)) {
            notBefore(exchange, birth.revision(), then);
        } else {
            exchange.whenDone(
                    exchange.ports()
                            .history()
                            .revisionAt(kind.shard(), birth.time().minusNanos(1)),
                    before -> notBefore(exchange, before, then));
        }
    }

    private static void notBefore(Exchange exchange, long oldest, Runnable then) {
        long revision = OldRevision.of(exchange);
        if (revision < oldest) {
            exchange.refuse(
                    Refusal.of(Reason.EXPIRED, "too old resource version: %d (%d)".formatted(revision, oldest)));
        } else {
            then.run();
        }
    }

    private boolean readsAll(Exchange exchange) {
        RequestInfo info = exchange.info();
        AccessRequest everywhere = AccessRequest.resource(
                exchange.actor(), info.verb(), info.group(), info.resource(), info.subresource(), "", info.name());
        return gatekeeper.ask(exchange.ports().images().current(), everywhere).allowed();
    }

    private static Refusal former(Exchange exchange) {
        return Refusal.of(
                Reason.FORBIDDEN,
                "today's namespace \"%s\" did not exist at %s: reading the past of a former one requires access to all namespaces"
                        .formatted(
                                exchange.info().namespace(), exchange.moment().shown()));
    }
}
