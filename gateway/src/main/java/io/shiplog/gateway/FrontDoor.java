package io.shiplog.gateway;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.discovery.Health;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.http.Ports;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.identity.Authentication;
import io.shiplog.gateway.metrics.RequestDurations;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.protobuf.Messages;
import io.shiplog.gateway.select.FieldSelector;
import io.shiplog.gateway.view.ChangeKind;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entry of every request. It is authenticated, then it takes a place, then it is authorized, and only then handled.
 * Anything thrown on the way becomes an answer, and the place is released when the answer is sent, the connection is gone, or
 * its deadline has passed.
 */
final class FrontDoor implements Handler<HttpServerRequest> {
    /**
     * The deadline of a request, its body included; as kube-apiserver's {@code --request-timeout}. Watches and logs have their
     * own.
     */
    static final Duration DEADLINE = Duration.ofSeconds(60);

    /** The deadline for a client to read an answer that has begun. */
    static final Duration ANSWER_DEADLINE = Duration.ofMinutes(10);

    /** Verbs of paths that can be watched. */
    private static final Set<String> LISTING = Set.of("list", "watch");

    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward");
    private static final Set<String> PROXIED = Set.of("pods", "services", "nodes");
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int WIDTH = 8;
    private static final int LASTING_WIDTH = 64;
    private static final RequestInfo NOTHING = RequestInfo.of("GET", "/", false, "");

    private final Ports ports;
    private final Places places;
    private final Connections connections;
    private final Guard guard;
    private final PastOfNamespace pasts;
    private final Consumer<Exchange> router;
    private final RequestDurations durations;
    private final Set<Visit> visits = ConcurrentHashMap.newKeySet();

    /** Authenticates and authorizes. */
    interface Guard {
        /** The user, if the request's credentials are valid. */
        Checked<Actor> identify(HttpServerRequest request);

        /** Null if the actor may do it, else the refusal. */
        @Nullable Refusal refusal(Actor actor, RequestInfo info);
    }

    FrontDoor(
            Ports ports,
            Places places,
            Connections connections,
            Guard guard,
            PastOfNamespace pasts,
            Consumer<Exchange> router,
            RequestDurations durations) {
        this.ports = ports;
        this.places = places;
        this.connections = connections;
        this.guard = guard;
        this.pasts = pasts;
        this.router = router;
        this.durations = durations;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        Visit visit = new Visit(new Exchange(
                request, context, ports, Moment.NOW, NOTHING, Query.NONE, Accepted.JSON, Authentication.ANONYMOUS));
        visits.add(visit);
        connections.began(request.connection());
        // One is called when the answer is sent, the other when the connection closes before; either is enough.
        request.response().endHandler(visit).closeHandler(visit);
        visit.exchange.guarded(() -> identified(visit));
    }

    private void identified(Visit visit) {
        HttpServerRequest request = visit.exchange.request();
        if (request.path() == null || !request.path().startsWith("/")) {
            visit.exchange.refuse(Refusal.of(Reason.BAD_REQUEST, "the request's target is not a path"));
            return;
        }
        visit.exchange.checked(
                guard.identify(request),
                actor -> visit.exchange.checked(Query.of(request), query -> {
                    visit.exchange.checked(
                            Moment.of(request.path(), ports.clock().instant()),
                            dated -> visit.exchange.checked(
                                    RequestInfo.read(
                                            PostedUpgrades.method(request),
                                            dated.rawPath(),
                                            query.flag("watch"),
                                            selectedName(query)),
                                    info -> {
                                        Accepted accepted = accepted(request, info);
                                        Exchange exchange = new Exchange(
                                                request,
                                                visit.exchange.context(),
                                                ports,
                                                dated.moment(),
                                                info,
                                                query,
                                                accepted == null ? Accepted.JSON : accepted,
                                                actor);
                                        exchange.whenClosed(visit);
                                        visit.exchange = exchange;
                                        exchange.guarded(() -> placed(visit, exchange, accepted));
                                    }));
                }));
    }

    /** What the client accepts of what there is; null: nothing. */
    private @Nullable Accepted accepted(HttpServerRequest request, RequestInfo info) {
        String header = request.getHeader(HttpHeaders.ACCEPT);
        Accepted accepted = Accepted.of(header, true);
        return accepted != null && accepted.text() == Accepted.Text.PROTOBUF && !hasMessages(info)
                ? Accepted.of(header, false)
                : accepted;
    }

    /** Whether what is answered has a protobuf message: Kubernetes' own kinds and discovery have one, kinds of others and OpenAPI have none. */
    private boolean hasMessages(RequestInfo info) {
        if (!info.aboutResource()) {
            return info.path().startsWith("/api");
        }
        KindDescription kind = ports.kinds().get(info.type());
        String apiVersion = info.group().isEmpty() ? info.version() : info.group() + "/" + info.version();
        return kind == null ? Messages.hasGroup(apiVersion) : Messages.has(apiVersion, kind.kind());
    }

    private void placed(Visit visit, Exchange exchange, @Nullable Accepted accepted) {
        Actor actor = exchange.actor();
        visit.lasts = lasts(exchange);
        if (!Health.open(exchange.info().path())) {
            visit.width = width(exchange, visit.lasts);
            if (!places.enter(actor, visit.lasts, visit.width)) {
                exchange.refuse(tooMany());
                return;
            }
            visit.place = actor;
        }
        Refusal refusal = guard.refusal(actor, exchange.info());
        if (refusal != null) {
            exchange.refuse(refusal);
            return;
        }
        visit.allowed = true;
        pasts.checked(exchange, () -> enter(exchange, accepted));
    }

    /** A request from its first byte to the end of its answer. Everything but {@link #isOver} is called on its event loop. */
    private final class Visit implements Handler<Void> {
        private final long began = System.nanoTime();
        private volatile Exchange exchange;
        private volatile boolean lasts;
        private @Nullable Actor place;
        private int width;
        private boolean allowed;
        private boolean left;

        Visit(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void handle(Void ended) {
            if (!left) {
                left = true;
                visits.remove(this);
                connections.ended(exchange.request().connection());
                if (place != null) {
                    places.leave(place, lasts, width);
                }
                exchange.ended();
                if (allowed) {
                    record(exchange, Duration.ofNanos(System.nanoTime() - began));
                }
            }
        }

        /** Whether its deadline has passed. */
        boolean isOver(long now) {
            return !lasts && now - began > DEADLINE.toNanos();
        }

        /** Answers a request after its deadline; closes the connection if its answer is not read. */
        void end(long now) {
            if (left) {
                return;
            }
            if (!exchange.response().headWritten()) {
                exchange.expire();
            } else if (now - began > ANSWER_DEADLINE.toNanos()) {
                exchange.breakOff();
            }
        }
    }

    /** Ends requests after their deadline. Called about every second. */
    void sweep(long now) {
        for (Visit visit : visits) {
            if (visit.isOver(now)) {
                visit.exchange.context().runOnContext(turn -> visit.end(now));
            }
        }
    }

    /** Requests in flight. */
    int visits() {
        return visits.size();
    }

    /** Reviews are not about stored objects, and followed logs last as long as the client likes. */
    private void record(Exchange exchange, Duration took) {
        RequestInfo info = exchange.info();
        if (ports.kinds().get(info.type()) != null) {
            durations.record(
                    info,
                    exchange.response().getStatusCode(),
                    took,
                    info.subresource().equals("log") || streams(info));
        }
    }

    private void enter(Exchange exchange, @Nullable Accepted accepted) {
        if (!exchange.now() && !reads(exchange)) {
            exchange.refuse(Refusal.of(
                    Reason.METHOD_NOT_ALLOWED,
                    "the past cannot be changed: this address shows the cluster as it was at %s; send changes to the server's address without /at/"
                            .formatted(exchange.moment().shown())));
        } else if (hasTypesOfItsOwn(exchange)) {
            router.accept(exchange);
        } else {
            Refusal unproducible = Accepted.unproducible(
                    exchange.request().getHeader(HttpHeaders.ACCEPT),
                    LISTING.contains(exchange.info().verb()));
            if (unproducible != null) {
                exchange.refuse(unproducible);
            } else if (accepted == null) {
                exchange.refuse(Accepted.refusal(hasMessages(exchange.info())));
            } else if (accepted.text() == Accepted.Text.YAML
                    && exchange.info().verb().equals("watch")) {
                exchange.refuse(Accepted.unwatchable(hasMessages(exchange.info())));
            } else {
                router.accept(exchange);
            }
        }
    }

    /** Access reviews are sent with POST and change nothing: under {@code /at/} the roles of that moment answer. */
    private static boolean reads(Exchange exchange) {
        return READING.contains(PostedUpgrades.method(exchange.request()))
                || exchange.info().verb().equals("create") && VirtualResource.isAboutRights(exchange.info());
    }

    /** Logs are plain text, and OpenAPI v2 has a message form. */
    private static boolean hasTypesOfItsOwn(Exchange exchange) {
        return exchange.info().subresource().equals("log")
                || streams(exchange.info())
                || exchange.request().path().equals("/openapi/v2");
    }

    /**
     * For how many requests one counts. What is about the past holds parts of the log, which may be large, or a whole state; a log of a
     * container holds connections to its node and to the engine there.
     */
    private static int width(Exchange exchange, boolean lasts) {
        boolean wide = !exchange.now()
                || exchange.info().group().equals(ChangeKind.TYPE.group())
                || exchange.info().subresource().equals("log");
        return streams(exchange.info()) ? WIDTH : wide ? lasts ? LASTING_WIDTH : WIDTH : 1;
    }

    /** A shell, a port, or a proxied request: two connections, one of them to the node. */
    private static boolean streams(RequestInfo info) {
        return info.group().isEmpty()
                && (info.resource().equals("pods") && STREAMS.contains(info.subresource())
                        || info.subresource().equals("proxy") && PROXIED.contains(info.resource()));
    }

    /** Watches and followed logs; a request that only claims to be one, a POST with {@code watch=true}, ends at the deadline. */
    private static boolean lasts(Exchange exchange) {
        RequestInfo info = exchange.info();
        return info.verb().equals("watch")
                || streams(info)
                || info.verb().equals("get")
                        && info.subresource().equals("log")
                        && exchange.query().flag("follow");
    }

    private static String selectedName(Query query) {
        String selector = query.text("fieldSelector");
        if (selector.isEmpty()) {
            return "";
        }
        return switch (FieldSelector.parse(selector)) {
            case Checked.Ok<FieldSelector>(FieldSelector fields) -> fields.name();
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
}
