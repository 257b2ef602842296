package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.ClusterService;
import io.shiplog.node.net.services.Endpoint;
import io.shiplog.node.net.services.EndpointGroup;
import io.shiplog.node.net.services.ServiceName;
import io.shiplog.node.net.services.Services;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of addresses, below {@code svc.<domain>}: of ClusterIPs and of the endpoints of headless Services.
 *
 * @param namespaces those in which there are Services
 */
record ReverseNames(Map<Ipv4, List<String>> byAddress, Set<String> namespaces) {
    static final ReverseNames NONE = new ReverseNames(Map.of(), Set.of());

    ReverseNames {
        byAddress = Map.copyOf(byAddress);
        namespaces = Set.copyOf(namespaces);
    }

    static ReverseNames of(Services services) {
        Map<Ipv4, Set<String>> names = new HashMap<>();
        Set<String> namespaces = new HashSet<>();
        for (ClusterService service : services.byName().values()) {
            ServiceName name = service.name();
            String dnsName = name.name() + "." + name.namespace();
            namespaces.add(name.namespace());
            service.clusterIps().forEach(ip -> add(names, ip, dnsName));
            if (service.headless()) {
                for (EndpointGroup group : service.groups()) {
                    group.endpoints().stream()
                            .filter(Endpoint::ready)
                            .forEach(endpoint -> add(names, endpoint.ip(), endpoint.dnsName() + "." + dnsName));
                }
            }
        }
        Map<Ipv4, List<String>> byAddress = new HashMap<>();
        names.forEach((address, all) -> byAddress.put(address, List.copyOf(all)));
        return new ReverseNames(byAddress, namespaces);
    }

    private static void add(Map<Ipv4, Set<String>> names, Ipv4 address, String name) {
        names.computeIfAbsent(address, ip -> new LinkedHashSet<>()).add(name);
    }
}
