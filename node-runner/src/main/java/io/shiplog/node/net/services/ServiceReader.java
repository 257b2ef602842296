package io.shiplog.node.net.services;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses Services and EndpointSlices. Unsupported content (IPv6, invalid values) is omitted. */
final class ServiceReader {
    private static final int MAX_PORT = 65_535;

    private ServiceReader() {}

    static ClusterService service(
            ServiceName name, JsonNode tree, List<EndpointGroup> groups, Set<Ipv4Range> externalIps) {
        JsonNode spec = tree.path("spec");
        String type = spec.path("type").asText("ClusterIP");
        boolean externalName = type.equals("ExternalName");
        String clusterIp = spec.path("clusterIP").asText("");
        Set<Ipv4> clusterIps = new LinkedHashSet<>();
        Set<Ipv4> otherIps = new LinkedHashSet<>();
        if (!externalName) {
            addAddress(clusterIps, clusterIp);
            spec.path("clusterIPs").forEach(ip -> addAddress(clusterIps, ip.asText()));
            spec.path("externalIPs").forEach(ip -> addAddress(otherIps, ip.asText()));
            otherIps.removeIf(ip -> externalIps.stream().noneMatch(range -> range.contains(ip)));
            tree.path("status")
                    .path("loadBalancer")
                    .path("ingress")
                    .forEach(ingress -> addAddress(otherIps, ingress.path("ip").asText()));
        }
        return new ClusterService(
                name,
                List.copyOf(clusterIps),
                !externalName && clusterIp.equals("None"),
                externalName ? spec.path("externalName").asText("") : "",
                List.copyOf(otherIps),
                ports(spec.path("ports")),
                spec.path("sessionAffinity").asText("").equals("ClientIP"),
                spec.path("internalTrafficPolicy").asText("").equals("Local"),
                spec.path("externalTrafficPolicy").asText("").equals("Local"),
                groups);
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
                conditions.path("terminating").asBoolean(false)));
    }
}
