package io.shiplog.gateway;

import io.shiplog.events.Release;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.console.Console;
import io.shiplog.gateway.discovery.Discovery;
import io.shiplog.gateway.discovery.Health;
import io.shiplog.gateway.history.Changes;
import io.shiplog.gateway.history.HistoryReviews;
import io.shiplog.gateway.history.ScheduleExplainer;
import io.shiplog.gateway.http.Ports;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.identity.Authentication;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.Impersonation;
import io.shiplog.gateway.identity.IssuerDiscovery;
import io.shiplog.gateway.identity.NamespaceBirths;
import io.shiplog.gateway.identity.ServiceAccountTokens;
import io.shiplog.gateway.logs.LogVerb;
import io.shiplog.gateway.metrics.Metrics;
import io.shiplog.gateway.metrics.RequestDurations;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.proxy.ProxyVerb;
import io.shiplog.gateway.read.ListVerb;
import io.shiplog.gateway.read.WatchVerb;
import io.shiplog.gateway.review.Reviews;
import io.shiplog.gateway.stream.NodeTunnel;
import io.shiplog.gateway.stream.StreamVerb;
import io.shiplog.gateway.usage.MetricsApi;
import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.travel.TimeTravel;
import io.shiplog.projections.usage.UsageSource;
import io.shiplog.projections.watch.WatchSource;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running API server. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    /** How long a close waits for watches to end and answers to be sent. */
    private static final Duration GRACE = Duration.ofSeconds(3);
    /** How often expired requests and connections are checked. */
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Listeners listeners;
    private final FrontDoor door;
    private final WatchVerb watches;
    private final Changes changes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Gateway(Vertx vertx, Listeners listeners, FrontDoor door, WatchVerb watches, Changes changes) {
        this.vertx = vertx;
        this.listeners = listeners;
        this.door = door;
        this.watches = watches;
        this.changes = changes;
    }

    /**
     * Starts the API server and returns when it accepts connections.
     *
     * @param scheduler explains decisions of the scheduler
     * @param unreadable counts the encrypted objects of an image that cannot be decrypted, by type; may block
     * @param usages what nodes and pods use now
     * @param parts writes the metrics of other parts of this process
     * @throws IllegalStateException if the address cannot be bound or the TLS material cannot be read
     */
    public static Gateway start(
            GatewayConfig config,
            ImageSource images,
            WatchSource watches,
            TimeTravel timeTravel,
            LogHistory history,
            CommandPort commands,
            Authorizer authorizer,
            ScheduleExplainer scheduler,
            Function<Image, Map<ResourceType, Integer>> unreadable,
            UsageSource usages,
            Consumer<PrometheusText> parts) {
        Ports ports = new Ports(images, watches, timeTravel, history, commands, authorizer, config.clock());
        AcceptLimit limit = new AcceptLimit(config.limits().connections());
        Vertx vertx = Transport.vertx(config, limit);
        Gatekeeper gatekeeper = new Gatekeeper(authorizer);
        Authentication authentication =
                new Authentication(config.tokens(), new ServiceAccountTokens(config.serviceAccounts()), config.clock());
        RequestDurations durations = new RequestDurations();
        WatchVerb watchVerb = new WatchVerb();
        NamespaceBirths births = new NamespaceBirths(history);
        Changes changes = new Changes(history, gatekeeper, births, config.clock());
        HttpClient runners = Transport.runners(vertx, config);
        NodeTunnel tunnel = new NodeTunnel(runners);
        Router router = new Router(
                new Discovery(Release.gitVersion()),
                new Health(Release.gitVersion()),
                new IssuerDiscovery(config.serviceAccounts()),
                new Reviews(gatekeeper, authentication, config.serviceAccounts().audiences()),
                new LogVerb(runners, tunnel),
                new StreamVerb(tunnel, gatekeeper),
                new ProxyVerb(Transport.proxied(vertx, config)),
                watchVerb,
                new ListVerb(config.clock()),
                changes,
                new HistoryReviews(
                        history, timeTravel, scheduler, images, commands, gatekeeper, births, config.clock()),
                new Metrics(durations, unreadable, parts),
                new MetricsApi(usages));
        Places places =
                new Places(config.limits().concurrentRequests(), config.limits().concurrentWatches());
        Connections connections = new Connections(authentication.certificates(), limit);
        FrontDoor door = new FrontDoor(
                ports,
                places,
                connections,
                guard(authentication, new Impersonation(gatekeeper), gatekeeper, images),
                new PastOfNamespace(gatekeeper, births),
                router,
                durations);
        vertx.setPeriodic(SWEEP.toMillis(), turn -> {
            long now = System.nanoTime();
            door.sweep(now);
            connections.sweep(now);
        });
        try {
            Listeners listeners = await(Listeners.open(vertx, config, door, connections), START_PATIENCE);
            LOG.info("serving the Kubernetes API on {} port {}", config.hosts(), listeners.port());
            return new Gateway(vertx, listeners, door, watchVerb, changes);
        } catch (IllegalStateException e) {
            var unused = vertx.close();
            throw e;
        }
    }

    private static FrontDoor.Guard guard(
            Authentication authentication, Impersonation impersonation, Gatekeeper gatekeeper, ImageSource images) {
        return new FrontDoor.Guard() {
            @Override
            public Checked<Actor> identify(HttpServerRequest request) {
                Image image = images.current();
                return authentication
                        .authenticate(request, image)
                        .then(actor -> impersonation.apply(actor, request.headers(), image));
            }

            @Override
            public @Nullable Refusal refusal(Actor actor, RequestInfo info) {
                boolean open = !info.aboutResource() && (Health.open(info.path()) || Console.open(info.path()));
                return open ? null : gatekeeper.refusal(images.current(), Gatekeeper.wanted(actor, info));
            }
        };
    }

    /** Running watches of objects. */
    int watching() {
        return watches.running();
    }

    /** Requests in flight. */
    public int underWay() {
        return door.visits();
    }

    /** The listening port. */
    public int port() {
        return listeners.port();
    }

    /** Accepts no more connections, ends watches as a timeout does, and waits for pending answers. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watches.endAll();
        changes.endWatches();
        try {
            await(listeners.close(GRACE), GRACE.multipliedBy(2));
        } catch (IllegalStateException e) {
            LOG.warn("the API server did not close in time: {}", e.getMessage());
        }
        await(vertx.close(), GRACE.multipliedBy(2));
    }

    static <T> T await(io.vertx.core.Future<T> future, Duration patience) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("not within " + patience, e);
        }
    }
}
