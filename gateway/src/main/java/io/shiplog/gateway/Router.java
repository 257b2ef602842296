package io.shiplog.gateway;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.gateway.console.Console;
import io.shiplog.gateway.discovery.Checkpoints;
import io.shiplog.gateway.discovery.Discovery;
import io.shiplog.gateway.discovery.Health;
import io.shiplog.gateway.discovery.Subresource;
import io.shiplog.gateway.discovery.Verbs;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.history.Changes;
import io.shiplog.gateway.history.HistoryReviews;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.identity.IssuerDiscovery;
import io.shiplog.gateway.logs.LogVerb;
import io.shiplog.gateway.metrics.Metrics;
import io.shiplog.gateway.proxy.ProxyVerb;
import io.shiplog.gateway.read.ComponentStatuses;
import io.shiplog.gateway.read.GetVerb;
import io.shiplog.gateway.read.ListVerb;
import io.shiplog.gateway.read.WatchVerb;
import io.shiplog.gateway.review.Reviews;
import io.shiplog.gateway.stream.StreamVerb;
import io.shiplog.gateway.usage.MetricsApi;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.gateway.view.ComponentKind;
import io.shiplog.gateway.view.MetricsKinds;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.gateway.write.CreateVerb;
import io.shiplog.gateway.write.DeleteCollectionVerb;
import io.shiplog.gateway.write.DeleteVerb;
import io.shiplog.gateway.write.PatchVerb;
import io.shiplog.gateway.write.PodVerbs;
import io.shiplog.gateway.write.TokenVerb;
import io.shiplog.gateway.write.UpdateVerb;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Routes an allowed request to its verb. */
final class Router implements Consumer<Exchange> {
    private final Discovery discovery;
    private final Health health;
    private final IssuerDiscovery issuer;
    private final Reviews reviews;
    private final LogVerb logs;
    private final StreamVerb streams;
    private final ProxyVerb proxies;
    private final WatchVerb watch;
    private final ListVerb list;
    private final Changes changes;
    private final HistoryReviews pasts;
    private final Console console = new Console();
    private final Metrics metrics;
    private final MetricsApi usages;
    private final ComponentStatuses components = new ComponentStatuses();
    private final GetVerb get = new GetVerb();
    private final CreateVerb create = new CreateVerb();
    private final UpdateVerb update = new UpdateVerb();
    private final PatchVerb patch = new PatchVerb();
    private final DeleteVerb delete = new DeleteVerb();
    private final DeleteCollectionVerb deleteCollection = new DeleteCollectionVerb();
    private final PodVerbs pods = new PodVerbs();
    private final TokenVerb token = new TokenVerb();

    Router(
            Discovery discovery,
            Health health,
            IssuerDiscovery issuer,
            Reviews reviews,
            LogVerb logs,
            StreamVerb streams,
            ProxyVerb proxies,
            WatchVerb watch,
            ListVerb list,
            Changes changes,
            HistoryReviews pasts,
            Metrics metrics,
            MetricsApi usages) {
        this.discovery = discovery;
        this.health = health;
        this.issuer = issuer;
        this.reviews = reviews;
        this.logs = logs;
        this.streams = streams;
        this.proxies = proxies;
        this.watch = watch;
        this.list = list;
        this.changes = changes;
        this.pasts = pasts;
        this.metrics = metrics;
        this.usages = usages;
    }

    @Override
    public void accept(Exchange exchange) {
        RequestInfo info = exchange.info();
        if (!info.aboutResource()) {
            aboutNoResource(exchange);
            return;
        }
        VirtualResource virtual = VirtualResource.of(info);
        if (virtual != null) {
            virtual(exchange, virtual);
            return;
        }
        if (isChanges(info)) {
            changes.answer(exchange);
            return;
        }
        if (ComponentStatuses.named(info)) {
            componentStatuses(exchange);
            return;
        }
        if (MetricsApi.named(info)) {
            usages(exchange);
            return;
        }
        ServedKind served = served(exchange, info);
        if (served != null && Subresource.of(served.kind(), info.subresource()) == Subresource.PROXY) {
            proxies.proxy(exchange, served, PostedUpgrades.method(exchange.request()));
        } else if (served == null || !info.tail().isEmpty()) {
            exchange.refuse(noSuchResource());
        } else if (exchange.request().method() == HttpMethod.HEAD) {
            exchange.refuse(notAllowed()); // kube-apiserver has no HEAD for objects
        } else if (info.subresource().isEmpty()) {
            resource(exchange, served);
        } else {
            subresource(exchange, served);
        }
    }

    private void aboutNoResource(Exchange exchange) {
        String path = exchange.info().path();
        String[] parts = path.replaceAll("^/+|/+$", "").split("/+");
        boolean reading =
                exchange.info().verb().equals("get") || exchange.info().verb().equals("head");
        if (!reading) {
            exchange.refuse(notAllowed());
        } else if (parts.length == 1 && parts[0].equals(Checkpoints.PATH)) {
            Checkpoints.answer(exchange);
        } else if (!health.answered(exchange, parts)
                && !issuer.answered(exchange, parts)
                && !console.answered(exchange, parts)
                && !metrics.answered(exchange, parts)
                && !discovery.answered(exchange, parts)) {
            exchange.refuse(noSuchResource());
        }
    }

    private void virtual(Exchange exchange, VirtualResource virtual) {
        if (!exchange.info().verb().equals("create")) {
            exchange.refuse(notAllowed());
        } else if (!Accepted.acceptsObjects(exchange.request().getHeader(HttpHeaders.ACCEPT))) {
            exchange.refuse(Accepted.refusal(true));
        } else if (virtual == VirtualResource.BINDING) {
            pods.bindNamed(exchange, podKind(exchange));
        } else if (virtual.aboutThePast()) {
            pasts.review(exchange, virtual);
        } else {
            reviews.review(exchange, virtual);
        }
    }

    private void usages(Exchange exchange) {
        boolean allowed = exchange.request().method() == HttpMethod.GET
                && Verbs.of(MetricsKinds.NODES).contains(exchange.info().verb());
        if (allowed) {
            usages.answer(exchange);
        } else {
            exchange.refuse(notAllowed());
        }
    }

    private void componentStatuses(Exchange exchange) {
        boolean allowed = exchange.request().method() == HttpMethod.GET
                && Verbs.of(ComponentKind.DESCRIPTION).contains(exchange.info().verb());
        if (allowed) {
            components.answer(exchange);
        } else {
            exchange.refuse(notAllowed());
        }
    }

    private static boolean isChanges(RequestInfo info) {
        return info.type().equals(ChangeKind.TYPE)
                && info.version().equals(ChangeKind.VERSION)
                && info.subresource().isEmpty();
    }

    private static ServedKind podKind(Exchange exchange) {
        KindDescription pod = exchange.ports().kinds().byKind("", "Pod");
        if (pod == null) {
            throw new IllegalStateException("a catalogue without pods");
        }
        return new ServedKind(pod, pod.preferredVersion());
    }

    private static @Nullable ServedKind served(Exchange exchange, RequestInfo info) {
        KindDescription kind = exchange.ports().kinds().get(info.type());
        if (kind == null || kind.version(info.version()) == null) {
            return null;
        }
        // The path of a namespace is cluster-scoped, although it names the namespace.
        boolean namespaceItself =
                info.resource().equals("namespaces") && info.group().isEmpty();
        if (!kind.namespaced() && !info.namespace().isEmpty() && !namespaceItself) {
            return null;
        }
        if (kind.namespaced() && info.namespace().isEmpty() && namesOne(info)) {
            return null;
        }
        return new ServedKind(kind, info.version());
    }

    private static boolean namesOne(RequestInfo info) {
        return !info.name().isEmpty()
                && !info.verb().equals("list")
                && !info.verb().equals("watch");
    }

    private void resource(Exchange exchange, ServedKind served) {
        RequestInfo info = exchange.info();
        boolean everywhere = served.kind().namespaced() && info.namespace().isEmpty();
        boolean reads = info.verb().equals("list") || info.verb().equals("watch");
        boolean collection = info.verb().equals("create") && !info.name().isEmpty();
        if (collection
                || info.verb().equals("watch") && exchange.request().method() != HttpMethod.GET
                || everywhere && !reads
                || !Verbs.of(served.kind()).contains(info.verb())
                || (info.verb().equals("update") || info.verb().equals("patch"))
                        && info.name().isEmpty()) {
            exchange.refuse(notAllowed());
            return;
        }
        warnOfDeprecation(exchange, served);
        switch (info.verb()) {
            case "get" -> get.get(exchange, served);
            case "list" -> list.list(exchange, served);
            case "watch" -> watch.watch(exchange, served);
            case "create" -> create.create(exchange, served);
            case "update" -> update.update(exchange, served);
            case "patch" -> patch.patch(exchange, served);
            case "delete" -> delete.delete(exchange, served);
            case "deletecollection" -> deleteCollection.deleteCollection(exchange, served);
            default -> exchange.refuse(notAllowed());
        }
    }

    private static void warnOfDeprecation(Exchange exchange, ServedKind served) {
        KindVersion version = served.kind().version(served.version());
        if (version != null && !version.deprecation().isEmpty()) {
            exchange.warn(List.of(version.deprecation()));
        }
    }

    private void subresource(Exchange exchange, ServedKind served) {
        String verb = exchange.info().verb();
        Subresource subresource = Subresource.of(served.kind(), exchange.info().subresource());
        if (subresource == null) {
            exchange.refuse(noSuchResource());
        } else if (!subresource.verbs().contains(verb)) {
            exchange.refuse(notAllowed());
        } else {
            switch (subresource) {
                case STATUS, APPROVAL, SCALE, EPHEMERALCONTAINERS, RESIZE, FINALIZE ->
                    part(exchange, served, subresource, verb);
                case BINDING -> pods.bind(exchange, served);
                case EVICTION -> pods.evict(exchange, served);
                case TOKEN -> token.request(exchange, served);
                case LOG -> logs.log(exchange, served);
                case EXEC, ATTACH, PORTFORWARD -> streams.open(exchange, served);
                case PROXY -> throw new IllegalStateException("routed before: its methods and paths are the target's");
            }
        }
    }

    private void part(Exchange exchange, ServedKind served, Subresource subresource, String verb) {
        switch (verb) {
            case "update" -> update.update(exchange, served);
            case "patch" -> patch.patch(exchange, served);
            default -> {
                if (subresource == Subresource.SCALE) {
                    get.getScale(exchange, served);
                } else {
                    get.get(exchange, served);
                }
            }
        }
    }

    private static Refusal noSuchResource() {
        return Refusal.of(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    private static Refusal notAllowed() {
        return Refusal.of(Reason.METHOD_NOT_ALLOWED, "the server does not allow this method on the requested resource");
    }
}
