package io.shiplog.command.kind.core.service;

import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import java.util.ArrayList;
import java.util.List;

/** The columns of {@code kubectl get services}. */
final class ServiceColumns {
    static final List<Column> ALL = List.of(
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

    private ServiceColumns() {}

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
}
