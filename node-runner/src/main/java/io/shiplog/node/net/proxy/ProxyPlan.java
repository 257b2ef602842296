package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ClusterService;
import io.shiplog.node.net.services.Endpoint;
import io.shiplog.node.net.services.EndpointGroup;
import io.shiplog.node.net.services.ServicePort;
import io.shiplog.node.net.services.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The proxy rules for the Services of an image. Pure.
 *
 * @param localNodes the logical nodes of this machine: the meaning of "Local" in traffic policies
 * @param reserved addresses that no Service may claim, whatever an object says: the name server's
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/">Virtual IPs and service proxies</a>
 */
public record ProxyPlan(Set<String> localNodes, Set<Ipv4> reserved) {
    public ProxyPlan {
        localNodes = Set.copyOf(localNodes);
        reserved = Set.copyOf(reserved);
    }

    /**
     * The rules. If two Services claim the same frontend, the first by namespace and name has it; a Service has precedence over
     * a hostPort.
     */
    public ProxyRules rules(Services services, Collection<HostPortMapping> hostPorts) {
        Draft draft = new Draft(services.zonesOf(localNodes));
        for (ClusterService service : services.byName().values()) {
            for (ServicePort port : service.ports()) {
                addRoutes(draft, service, port);
            }
        }
        for (HostPortMapping mapping : hostPorts) {
            draft.routes.putIfAbsent(mapping.front(), new Route.Spread(List.of(mapping.target())));
        }
        return new ProxyRules(draft.routes, draft.shortcuts, draft.sources);
    }

    /** Rules in the making. */
    private static final class Draft {
        private final Set<String> zones;
        private final SortedMap<Frontend, Route> routes = new TreeMap<>();
        private final SortedMap<Frontend, Route> shortcuts = new TreeMap<>();
        private final SortedMap<Frontend, SortedSet<Ipv4Range>> sources = new TreeMap<>();

        private Draft(Set<String> zones) {
            this.zones = zones;
        }
    }

    private void addRoutes(Draft draft, ClusterService service, ServicePort port) {
        if (service.clusterIps().isEmpty()) {
            return;
        }
        List<Candidate> all = candidates(service, port);
        Duration affinity = service.policy().affinity();
        Route anywhere = route(all, affinity, near(all, draft.zones));
        Route here = route(all, affinity, endpoint -> localNodes.contains(endpoint.node()));
        Route inside = service.policy().internalLocal() ? here : anywhere;
        Route outside = service.policy().externalLocal() ? here : anywhere;
        for (Ipv4 address : service.clusterIps()) {
            add(draft, new Frontend(address, port.protocol(), port.port()), inside, inside);
        }
        for (Ipv4 address : service.outside().externalIps()) {
            add(draft, new Frontend(address, port.protocol(), port.port()), outside, anywhere);
        }
        for (Ipv4 address : service.outside().balancerIps()) {
            Frontend front = new Frontend(address, port.protocol(), port.port());
            if (add(draft, front, outside, anywhere)) {
                service.outside().sources().ifPresent(ranges -> draft.sources.put(front, widest(ranges)));
            }
        }
        if (port.nodePort() > 0) {
            add(draft, new Frontend(Ipv4.ANY, port.protocol(), port.nodePort()), outside, anywhere);
        }
    }

    /** Ranges without those that are part of another: the kernel takes no interval twice. */
    private static SortedSet<Ipv4Range> widest(Set<Ipv4Range> ranges) {
        SortedSet<Ipv4Range> widest = new TreeSet<>(ranges);
        widest.removeIf(range ->
                ranges.stream().anyMatch(other -> other.prefix() < range.prefix() && other.contains(range.network())));
        return widest;
    }

    /** Whether the frontend was free and may be a Service's. */
    private boolean add(Draft draft, Frontend front, Route route, Route fromInside) {
        // A NodePort's frontend is intentionally on every address; an object's own address must be a real one.
        boolean added = (front.onEveryAddress() || (front.address().isUnicast() && !reserved.contains(front.address())))
                && draft.routes.putIfAbsent(front, route) == null;
        if (added && !fromInside.equals(route)) {
            draft.shortcuts.put(front, fromInside);
        }
        return added;
    }

    /** An endpoint, with the port of it that a Service's port leads to. */
    private record Candidate(Endpoint endpoint, int port) {}

    private static List<Candidate> candidates(ClusterService service, ServicePort port) {
        List<Candidate> all = new ArrayList<>();
        for (EndpointGroup group : service.groups()) {
            for (EndpointGroup.Port open : group.ports()) {
                if (open.protocol() == port.protocol() && open.name().equals(port.name())) {
                    for (Endpoint endpoint : group.endpoints()) {
                        // The API refuses other addresses; if one gets through, it must not lead to this machine's
                        // loopback.
                        if (endpoint.ip().isUnicast()) {
                            all.add(new Candidate(endpoint, open.port()));
                        }
                    }
                }
            }
        }
        return all;
    }

    /**
     * The endpoints that are meant for clients of this machine: of its nodes, if each ready endpoint says for which nodes it is; else of
     * their zones, if each says for which; else all. Where none is meant for this machine, all are.
     *
     * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution">Traffic distribution</a>
     */
    private Predicate<Endpoint> near(List<Candidate> all, Set<String> zones) {
        List<Endpoint> ready =
                all.stream().map(Candidate::endpoint).filter(Endpoint::ready).toList();
        if (hinted(ready, endpoint -> endpoint.hints().nodes(), localNodes)) {
            return endpoint -> !Collections.disjoint(endpoint.hints().nodes(), localNodes);
        }
        if (hinted(ready, endpoint -> endpoint.hints().zones(), zones)) {
            return endpoint -> !Collections.disjoint(endpoint.hints().zones(), zones);
        }
        return endpoint -> true;
    }

    private static boolean hinted(List<Endpoint> ready, Function<Endpoint, Set<String>> hints, Set<String> ours) {
        return ready.stream().noneMatch(endpoint -> hints.apply(endpoint).isEmpty())
                && ready.stream().anyMatch(endpoint -> !Collections.disjoint(hints.apply(endpoint), ours));
    }

    private static Route route(List<Candidate> all, Duration affinity, Predicate<Endpoint> where) {
        SortedSet<Target> targets = targets(all, where);
        if (targets.isEmpty()) {
            // Refused if there is none; silence if there is one elsewhere, so that a load balancer tries another node.
            return targets(all, endpoint -> true).isEmpty() ? new Route.Refuse() : new Route.Discard();
        }
        return affinity.isZero()
                ? new Route.Spread(List.copyOf(targets))
                : new Route.Sticky(StickySlots.of(targets), Math.toIntExact(affinity.toSeconds()));
    }

    /**
     * Ready endpoints, or, if there are none, terminating ones that still serve.
     *
     * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints">Traffic to
     *     terminating endpoints</a>
     */
    private static SortedSet<Target> targets(List<Candidate> all, Predicate<Endpoint> where) {
        SortedSet<Target> ready = collect(all, where.and(Endpoint::ready));
        return ready.isEmpty()
                ? collect(all, where.and(endpoint -> endpoint.serving() && endpoint.terminating()))
                : ready;
    }

    private static SortedSet<Target> collect(List<Candidate> all, Predicate<Endpoint> which) {
        SortedSet<Target> targets = new TreeSet<>();
        for (Candidate each : all) {
            if (which.test(each.endpoint())) {
                targets.add(new Target(each.endpoint().ip(), each.port()));
            }
        }
        return targets;
    }

    /**
     * What load balancers are told about this machine.
     *
     * @return by the port where they ask
     * @see <a href="https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip">
     *     Preserving the client source IP</a>
     */
    public SortedMap<Integer, ServiceHealth> health(Services services) {
        SortedMap<Integer, ServiceHealth> health = new TreeMap<>();
        for (ClusterService service : services.byName().values()) {
            int port = service.policy().healthCheckPort();
            if (port > 0) {
                // Ready ones alone: while the last ones end, they still serve, and load balancers turn to other
                // machines.
                Set<Ipv4> ready = new TreeSet<>();
                for (EndpointGroup group : service.groups()) {
                    for (Endpoint endpoint : group.endpoints()) {
                        if (localNodes.contains(endpoint.node()) && endpoint.ready()) {
                            ready.add(endpoint.ip());
                        }
                    }
                }
                health.putIfAbsent(port, new ServiceHealth(service.name(), ready.size()));
            }
        }
        return health;
    }
}
