package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.ClusterService;
import io.shiplog.node.net.services.Endpoint;
import io.shiplog.node.net.services.EndpointGroup;
import io.shiplog.node.net.services.ServiceName;
import io.shiplog.node.net.services.Services;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
        Map<Ipv4, List<String>> names = new HashMap<>();
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
        return new ReverseNames(names, namespaces);
    }

    private static void add(Map<Ipv4, List<String>> names, Ipv4 address, String name) {
        List<String> known = names.computeIfAbsent(address, ip -> new ArrayList<>());
        if (!known.contains(name)) {
            known.add(name);
        }
    }
}
