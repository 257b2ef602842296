package io.shiplog.node.net.services;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Parses Services and EndpointSlices. Unsupported content (IPv6, invalid values) is omitted. */
final class ServiceReader {
    private static final int MAX_PORT = 65_535;
    /** Three hours, Kubernetes' default. */
    private static final int AFFINITY_SECONDS = 10_800;
    /** A day, Kubernetes' maximum. */
    private static final int MAX_AFFINITY_SECONDS = 86_400;

    private ServiceReader() {}

    static ClusterService service(
            ServiceName name, JsonNode tree, List<EndpointGroup> groups, Set<Ipv4Range> externalIps) {
        JsonNode spec = tree.path("spec");
        String type = spec.path("type").asText("ClusterIP");
        boolean externalName = type.equals("ExternalName");
        String clusterIp = spec.path("clusterIP").asText("");
        Set<Ipv4> clusterIps = new LinkedHashSet<>();
        if (!externalName) {
            addAddress(clusterIps, clusterIp);
            spec.path("clusterIPs").forEach(ip -> addAddress(clusterIps, ip.asText()));
        }
        return new ClusterService(
                name,
                List.copyOf(clusterIps),
                !externalName && clusterIp.equals("None"),
                externalName ? spec.path("externalName").asText("") : "",
                externalName ? OutsideAddresses.NONE : outside(tree, externalIps),
                ports(spec.path("ports")),
                policy(spec, type),
                groups);
    }

    private static OutsideAddresses outside(JsonNode tree, Set<Ipv4Range> allowed) {
        JsonNode spec = tree.path("spec");
        Set<Ipv4> externalIps = new LinkedHashSet<>();
        spec.path("externalIPs").forEach(ip -> addAddress(externalIps, ip.asText()));
        externalIps.removeIf(ip -> allowed.stream().noneMatch(range -> range.contains(ip)));
        Set<Ipv4> balancerIps = new LinkedHashSet<>();
        for (JsonNode ingress : tree.at("/status/loadBalancer/ingress")) {
            if (!ingress.path("ipMode").asText().equals("Proxy")) {
                addAddress(balancerIps, ingress.path("ip").asText());
            }
        }
        return new OutsideAddresses(
                List.copyOf(externalIps), List.copyOf(balancerIps), sources(spec.path("loadBalancerSourceRanges")));
    }

    /** Ranges that cannot be read, and those of the other family, allow no client. */
    private static Optional<Set<Ipv4Range>> sources(JsonNode texts) {
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        Set<Ipv4Range> ranges = new TreeSet<>();
        for (JsonNode text : texts) {
            Ipv4Range range = Ipv4Range.parse(text.asText().trim());
            if (range != null) {
                ranges.add(range);
            }
        }
        return ranges.stream().anyMatch(range -> range.prefix() == 0) ? Optional.empty() : Optional.of(ranges);
    }

    private static TrafficPolicy policy(JsonNode spec, String type) {
        boolean sticky = spec.path("sessionAffinity").asText("").equals("ClientIP");
        int seconds = spec.at("/sessionAffinityConfig/clientIP/timeoutSeconds").asInt(AFFINITY_SECONDS);
        boolean externalLocal = spec.path("externalTrafficPolicy").asText("").equals("Local");
        return new TrafficPolicy(
                sticky ? Duration.ofSeconds(Math.clamp(seconds, 1, MAX_AFFINITY_SECONDS)) : Duration.ZERO,
                spec.path("internalTrafficPolicy").asText("").equals("Local"),
                externalLocal,
                externalLocal && type.equals("LoadBalancer") ? portNumber(spec.path("healthCheckNodePort")) : 0);
    }

    private static void addAddress(Set<Ipv4> addresses, String text) {
        Ipv4 address = Ipv4.parse(text);
        if (address != null && address.isUnicast()) {
            addresses.add(address);
        }
    }

    private static List<ServicePort> ports(JsonNode ports) {
        List<ServicePort> read = new ArrayList<>();
        for (JsonNode port : ports) {
            Protocol protocol = Protocol.parse(port.path("protocol").asText(""));
            int number = portNumber(port.path("port"));
            if (protocol != null && number > 0) {
                read.add(new ServicePort(
                        port.path("name").asText(""), protocol, number, portNumber(port.path("nodePort"))));
            }
        }
        return read;
    }

    private static int portNumber(JsonNode port) {
        int number = port.asInt(0);
        return number < 0 || number > MAX_PORT ? 0 : number;
    }

    /** The IPv4 part of an EndpointSlice; null if it has none. */
    static @Nullable EndpointGroup group(JsonNode slice) {
        if (!slice.path("addressType").asText("IPv4").equals("IPv4")) {
            return null;
        }
        List<EndpointGroup.Port> ports = new ArrayList<>();
        for (JsonNode port : slice.path("ports")) {
            Protocol protocol = Protocol.parse(port.path("protocol").asText(""));
            int number = portNumber(port.path("port"));
            if (protocol != null && number > 0) {
                ports.add(new EndpointGroup.Port(port.path("name").asText(""), protocol, number));
            }
        }
        List<Endpoint> endpoints = new ArrayList<>();
        slice.path("endpoints").forEach(endpoint -> addEndpoints(endpoints, endpoint));
        return new EndpointGroup(ports, endpoints);
    }

    /** All addresses of an endpoint are the same place; consumers use the first. */
    private static void addEndpoints(List<Endpoint> endpoints, JsonNode tree) {
        Ipv4 ip = Ipv4.parse(tree.path("addresses").path(0).asText(""));
        if (ip == null) {
            return;
        }
        JsonNode conditions = tree.path("conditions");
        boolean ready = conditions.path("ready").asBoolean(true);
        endpoints.add(new Endpoint(
                ip,
                tree.path("hostname").asText(""),
                tree.path("nodeName").asText(""),
                ready,
                conditions.path("serving").asBoolean(ready),
                conditions.path("terminating").asBoolean(false),
                hints(tree.path("hints"))));
    }

    private static Endpoint.Hints hints(JsonNode hints) {
        return hints.isEmpty()
                ? Endpoint.Hints.NONE
                : new Endpoint.Hints(names(hints.path("forNodes")), names(hints.path("forZones")));
    }

    private static Set<String> names(JsonNode hints) {
        Set<String> names = new TreeSet<>();
        hints.forEach(hint -> names.add(hint.path("name").asText()));
        return names;
    }
}
