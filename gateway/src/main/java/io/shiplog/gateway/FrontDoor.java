package io.shiplog.gateway;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.http.Ports;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.metrics.RequestDurations;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.select.FieldSelector;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where every request comes in: places are limited, then the moment, the credentials and the permission are looked at, and only
 * then anything is done.
 */
final class FrontDoor implements Handler<HttpServerRequest> {
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Ports ports;
    private final Admission admission;
    private final Guard guard;
    private final Consumer<Exchange> router;
    private final RequestDurations durations;

    /** Says who asks and whether they may. */
    interface Guard {
        /** The actor, if what the request shows is good and the actor may do it. */
        Checked<Actor> admit(HttpServerRequest request, RequestInfo info);
    }

    FrontDoor(Ports ports, Admission admission, Guard guard, Consumer<Exchange> router, RequestDurations durations) {
        this.ports = ports;
        this.admission = admission;
        this.guard = guard;
        this.router = router;
        this.durations = durations;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Query query = request.query() == null ? Query.NONE : new Query(request.params());
        boolean stays = stays(request, query);
        Accepted accepted = Accepted.of(request.getHeader(HttpHeaders.ACCEPT));
        Accepted spoken = accepted == null ? Accepted.JSON : accepted;
        Context context = Vertx.currentContext();
        if (!admission.enter(stays)) {
            nowhere(request, context, query, spoken).refuse(tooMany());
            return;
        }
        Leaving leaving = new Leaving(stays);
        // The one is called when the answer has left, the other when its connection is gone before; either will do.
        request.response().endHandler(leaving).closeHandler(leaving);
        switch (Moment.of(request.path(), ports.clock().instant())) {
            case Checked.Refused<Moment.Dated>(Refusal refusal) ->
                nowhere(request, context, query, spoken).refuse(refusal);
            case Checked.Fine<Moment.Dated>(Moment.Dated dated) -> {
                RequestInfo info = RequestInfo.of(
                        request.method().name(), dated.rawPath(), query.flag("watch"), selectedName(query));
                switch (guard.admit(request, info)) {
                    case Checked.Refused<Actor>(Refusal refusal) ->
                        nowhere(request, context, query, spoken).refuse(refusal);
                    case Checked.Fine<Actor>(Actor actor) -> {
                        Exchange exchange =
                                new Exchange(request, context, ports, dated.moment(), info, query, spoken, actor);
                        leaving.exchange = exchange;
                        enter(exchange, accepted);
                    }
                }
            }
        }
    }

    /** Gives back the place of a request and notes how long it took, once. */
    private final class Leaving implements Handler<Void> {
        private final long began = System.nanoTime();
        private final boolean stays;
        private @Nullable Exchange exchange;
        private boolean left;

        Leaving(boolean stays) {
            this.stays = stays;
        }

        @Override
        public void handle(Void ended) {
            if (!left) {
                left = true;
                admission.leave(stays);
                if (exchange != null) {
                    exchange.ended();
                    record(exchange, Duration.ofNanos(System.nanoTime() - began));
                }
            }
        }
    }

    /** Reviews are about no stored object, and followed logs last as long as their client likes. */
    private void record(Exchange exchange, Duration took) {
        RequestInfo info = exchange.info();
        if (info.subresource().equals("log") || ports.kinds().get().get(info.type()) == null) {
            return;
        }
        durations.record(info, took);
    }

    private void enter(Exchange exchange, @Nullable Accepted accepted) {
        if (!exchange.now() && !READING.contains(exchange.request().method().name())) {
            exchange.refuse(Refusal.of(
                    Reason.METHOD_NOT_ALLOWED,
                    "the past cannot be changed: this address shows the cluster as it was at %s; send changes to the server's address without /at/"
                            .formatted(exchange.moment().shown())));
        } else if (accepted == null && !hasTypesOfItsOwn(exchange)) {
            exchange.refuse(Accepted.refusal());
        } else {
            exchange.guarded(() -> router.accept(exchange));
        }
    }

    /** Logs are plain text, and OpenAPI v2 has a form as a message. */
    private static boolean hasTypesOfItsOwn(Exchange exchange) {
        return exchange.info().subresource().equals("log")
                || exchange.request().path().equals("/openapi/v2");
    }

    private static boolean stays(HttpServerRequest request, Query query) {
        return query != Query.NONE
                && (query.flag("watch")
                        || query.flag("follow") && request.path().endsWith("/log"));
    }

    private static String selectedName(Query query) {
        String selector = query.text("fieldSelector");
        if (selector.isEmpty()) {
            return "";
        }
        return switch (FieldSelector.parse(selector)) {
            case Checked.Fine<FieldSelector>(FieldSelector fields) -> fields.name();
            case Checked.Refused<FieldSelector> refused -> "";
        };
    }

    private static Refusal tooMany() {
        return new Refusal(
                Reason.TOO_MANY_REQUESTS,
                "too many requests are under way, please try again later",
                null,
                null,
                List.of(),
                RETRY_AFTER_SECONDS);
    }

    /** An exchange that only ever says no. */
    private Exchange nowhere(HttpServerRequest request, Context context, Query query, Accepted accepted) {
        RequestInfo info = RequestInfo.of(request.method().name(), "/", false, "");
        return new Exchange(
                request,
                context,
                ports,
                Moment.NOW,
                info,
                query,
                accepted,
                new Actor("system:anonymous", List.of("system:unauthenticated")));
    }
}
