package io.shiplog.node.net.proxy;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.ClusterService;
import io.shiplog.node.net.services.Endpoint;
import io.shiplog.node.net.services.EndpointGroup;
import io.shiplog.node.net.services.ServicePort;
import io.shiplog.node.net.services.Services;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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
        SortedMap<Frontend, Route> routes = new TreeMap<>();
        for (ClusterService service : services.byName().values()) {
            for (ServicePort port : service.ports()) {
                addRoutes(routes, service, port);
            }
        }
        for (HostPortMapping mapping : hostPorts) {
            routes.putIfAbsent(mapping.front(), new Route.Spread(List.of(mapping.target())));
        }
        return new ProxyRules(routes);
    }

    private void addRoutes(SortedMap<Frontend, Route> routes, ClusterService service, ServicePort port) {
        if (service.clusterIps().isEmpty()) {
            return;
        }
        Route inside = route(service, port, service.internalLocal());
        Route outside = service.externalLocal() == service.internalLocal()
                ? inside
                : route(service, port, service.externalLocal());
        for (Ipv4 address : service.clusterIps()) {
            add(routes, new Frontend(address, port.protocol(), port.port()), inside);
        }
        for (Ipv4 address : service.otherIps()) {
            add(routes, new Frontend(address, port.protocol(), port.port()), outside);
        }
        if (port.nodePort() > 0) {
            add(routes, new Frontend(Ipv4.ANY, port.protocol(), port.nodePort()), outside);
        }
    }

    private void add(SortedMap<Frontend, Route> routes, Frontend front, Route route) {
        // A NodePort's frontend is intentionally on every address; an object's own address must be a real one.
        if (front.onEveryAddress() || (front.address().isUnicast() && !reserved.contains(front.address()))) {
            routes.putIfAbsent(front, route);
        }
    }

    private Route route(ClusterService service, ServicePort port, boolean localOnly) {
        SortedSet<Target> targets = targets(service, port, endpoint -> true);
        if (targets.isEmpty()) {
            return new Route.Refuse();
        }
        if (localOnly) {
            targets = targets(service, port, endpoint -> localNodes.contains(endpoint.node()));
            if (targets.isEmpty()) {
                return new Route.Discard();
            }
        }
        return service.stickyByClient()
                ? new Route.Sticky(StickySlots.of(targets))
                : new Route.Spread(List.copyOf(targets));
    }

    /**
     * Ready endpoints, or, if there are none, terminating ones that still serve.
     *
     * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints">Traffic to
     *     terminating endpoints</a>
     */
    private static SortedSet<Target> targets(ClusterService service, ServicePort port, Predicate<Endpoint> where) {
        SortedSet<Target> ready = collect(service, port, where.and(Endpoint::ready));
        return ready.isEmpty()
                ? collect(service, port, where.and(endpoint -> endpoint.serving() && endpoint.terminating()))
                : ready;
    }

    private static SortedSet<Target> collect(ClusterService service, ServicePort port, Predicate<Endpoint> which) {
        SortedSet<Target> targets = new TreeSet<>();
        for (EndpointGroup group : service.groups()) {
            for (EndpointGroup.Port open : group.ports()) {
                if (open.protocol() == port.protocol() && open.name().equals(port.name())) {
                    for (Endpoint endpoint : group.endpoints()) {
                        // The API refuses other addresses; if one gets through, it must not lead to this machine's
                        // loopback.
                        if (which.test(endpoint) && endpoint.ip().isUnicast()) {
                            targets.add(new Target(endpoint.ip(), open.port()));
                        }
                    }
                }
            }
        }
        return targets;
    }
}
