package io.shiplog.events.kind;

import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The columns of {@code kubectl get} for Services, Endpoints and EndpointSlices. */
final class NetworkColumns {
    /** How many ports and addresses fit into a cell. */
    private static final int SHOWN = 3;

    static final List<Column> SERVICE = List.of(
            MetaColumns.NAME,
            text(
                    "Type",
                    "type determines how the Service is exposed.",
                    (service, now) -> service.path("spec").path("type").asText()),
            text(
                    "Cluster-IP",
                    "clusterIP is the IP address of the service and is usually assigned randomly.",
                    (service, now) -> textOr(service.path("spec").path("clusterIP"), NONE)),
            text(
                    "External-IP",
                    "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this"
                            + " service.",
                    (service, now) -> externalIp(service)),
            text("Port(s)", "The list of ports that are exposed by this service.", (service, now) -> ports(service)),
            MetaColumns.AGE,
            wide(
                    "Selector",
                    "Route service traffic to pods with label keys and values matching this selector.",
                    (service, now) -> MetaColumns.labels(service.path("spec").path("selector"))));

    static final List<Column> ENDPOINTS = List.of(
            MetaColumns.NAME,
            text(
                    "Endpoints",
                    "The set of all endpoints is the union of all subsets.",
                    (endpoints, now) -> endpoints(endpoints.path("subsets"))),
            MetaColumns.AGE);

    static final List<Column> ENDPOINT_SLICE = List.of(
            MetaColumns.NAME,
            text(
                    "AddressType",
                    "addressType specifies the type of address carried by this EndpointSlice.",
                    (slice, now) -> slice.path("addressType").asText()),
            text(
                    "Ports",
                    "ports specifies the list of network ports exposed by each endpoint in this slice.",
                    (slice, now) -> slicePorts(slice.path("ports"))),
            text(
                    "Endpoints",
                    "endpoints is a list of unique endpoints in this slice.",
                    (slice, now) -> sliceEndpoints(slice.path("endpoints"))),
            MetaColumns.AGE);

    private NetworkColumns() {}

    private static String externalIp(JsonNode service) {
        JsonNode spec = service.path("spec");
        String external = joined(spec.path("externalIPs"));
        return switch (spec.path("type").asText()) {
            case "ClusterIP", "NodePort" -> external.isEmpty() ? NONE : external;
            case "LoadBalancer" -> {
                List<String> all = new ArrayList<>();
                for (JsonNode ingress :
                        service.path("status").path("loadBalancer").path("ingress")) {
                    String address =
                            textOr(ingress.path("ip"), ingress.path("hostname").asText());
                    if (!all.contains(address)) {
                        all.add(address);
                    }
                }
                all.sort(null);
                spec.path("externalIPs").forEach(ip -> all.add(ip.asText()));
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            case "ExternalName" -> spec.path("externalName").asText();
            default -> MetaColumns.UNKNOWN;
        };
    }

    private static String joined(JsonNode list) {
        List<String> all = new ArrayList<>();
        list.forEach(item -> all.add(item.asText()));
        return String.join(",", all);
    }

    /** {@code 80/TCP,443:30443/TCP}. */
    private static String ports(JsonNode service) {
        List<String> all = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            all.add(port.path("port").asInt() + (nodePort > 0 ? ":" + nodePort : "") + "/"
                    + port.path("protocol").asText());
        }
        return all.isEmpty() ? NONE : String.join(",", all);
    }

    private static String endpoints(JsonNode subsets) {
        if (subsets.isEmpty()) {
            return NONE;
        }
        List<String> all = new ArrayList<>();
        for (JsonNode subset : subsets) {
            if (subset.path("ports").isEmpty()) {
                subset.path("addresses").forEach(a -> all.add(a.path("ip").asText()));
            }
            for (JsonNode port : subset.path("ports")) {
                for (JsonNode address : subset.path("addresses")) {
                    String ip = address.path("ip").asText();
                    all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":"
                            + port.path("port").asInt());
                }
            }
        }
        return shortened(all);
    }

    private static String slicePorts(JsonNode ports) {
        List<String> all = new ArrayList<>();
        for (JsonNode port : ports) {
            boolean numbered = port.hasNonNull("port");
            all.add(numbered ? port.path("port").asText() : port.path("name").asText("*"));
        }
        return all.isEmpty() ? MetaColumns.UNSET : shortened(all);
    }

    private static String sliceEndpoints(JsonNode endpoints) {
        List<String> all = new ArrayList<>();
        for (JsonNode endpoint : endpoints) {
            endpoint.path("addresses").forEach(a -> all.add(a.asText()));
        }
        return all.isEmpty() ? MetaColumns.UNSET : shortened(all);
    }

    private static String shortened(List<String> all) {
        String shown = String.join(",", all.subList(0, Math.min(all.size(), SHOWN)));
        return all.size() > SHOWN ? "%s + %d more...".formatted(shown, all.size() - SHOWN) : shown;
    }
}
