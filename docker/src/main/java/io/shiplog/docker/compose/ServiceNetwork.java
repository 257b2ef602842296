package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How a service is reached: by others under its names at the ports of its container, and from outside at its published ports. A service without
 * known ports has no address of its own: its name stands for its pods, at any port, as in Compose.
 */
final class ServiceNetwork {
    private static final String TYPE = "kompose.service.type";
    private static final int NAME_LIMIT = 63;

    private final Converter converter;
    private final String name;
    private final ObjectNode service;
    private final boolean onHost;

    ServiceNetwork(Converter converter, String name, boolean onHost) {
        this.converter = converter;
        this.name = name;
        this.service = converter.service(name);
        this.onHost = onHost;
    }

    /** The protocol of a port as Kubernetes writes it. */
    static String protocol(JsonNode port) {
        return port.path("protocol").asText("tcp").toUpperCase(Locale.ROOT);
    }

    /**
     * The Services.
     *
     * @param taken the names in use; those of aliases are added
     */
    List<ObjectNode> objects(Set<String> taken) {
        List<ObjectNode> services = new ArrayList<>();
        Map<String, ObjectNode> inside = inside();
        boolean headless = inside.isEmpty()
                || service.at("/deploy/endpoint_mode").asText().equals("dnsrr")
                || type().equals("headless");
        if (!converter.ends(name)) {
            services.add(named(converter.label(name), inside, headless));
        }
        for (String alias : aliases()) {
            String label = alias.toLowerCase(Locale.ROOT);
            if (label.equals(converter.label(name))) {
                continue;
            }
            if (!label.equals(Words.label(label)) || !taken.add(label)) {
                converter.note(
                        "services.%s: the alias '%s' is no name of its own in Kubernetes".formatted(name, alias));
            } else {
                services.add(named(label, inside, headless));
            }
        }
        published(services);
        return services;
    }

    private String type() {
        return service.path("labels").path(TYPE).asText("").toLowerCase(Locale.ROOT);
    }

    private ObjectNode named(String label, Map<String, ObjectNode> ports, boolean headless) {
        ObjectNode object = converter.object("v1", "Service", label);
        object.withObject("/metadata/labels").put(Conversion.SERVICE, converter.label(name));
        ObjectNode spec = object.putObject("spec");
        if (headless) {
            spec.put("clusterIP", "None");
        }
        spec.set("selector", converter.selector(name));
        if (!ports.isEmpty()) {
            ArrayNode list = spec.putArray("ports");
            ports.values().forEach(list::add);
        }
        return object;
    }

    /** The ports at which others reach it. */
    private Map<String, ObjectNode> inside() {
        Map<String, ObjectNode> ports = new LinkedHashMap<>();
        for (JsonNode each : service.path("ports")) {
            add(ports, each.path("target").asInt(), each.path("target").asInt(), protocol(each));
        }
        for (JsonNode each : service.path("expose")) {
            String[] parts = each.asText().split("/");
            String[] ends = parts[0].split("-");
            int first = Words.number(Converter.JSON.textNode(ends[0]), "services." + name + ".expose");
            int last = Words.number(Converter.JSON.textNode(ends[ends.length - 1]), "services." + name + ".expose");
            if (first < 1 || last > 65535 || last - first > 1000) {
                throw new ClientException(
                        "services.%s.expose: invalid port or range '%s'".formatted(name, each.asText()));
            }
            for (int port = first; port <= last; port++) {
                add(ports, port, port, parts.length > 1 ? parts[1].toUpperCase(Locale.ROOT) : "TCP");
            }
        }
        return ports;
    }

    private static void add(Map<String, ObjectNode> ports, int port, int target, String protocol) {
        ports.putIfAbsent(
                port + protocol,
                Converter.JSON
                        .objectNode()
                        .put("name", protocol.toLowerCase(Locale.ROOT) + "-" + port)
                        .put("port", port)
                        .put("targetPort", target)
                        .put("protocol", protocol));
    }

    private Set<String> aliases() {
        Set<String> aliases = new LinkedHashSet<>();
        if (service.has("container_name")) {
            aliases.add(service.path("container_name").asText());
        }
        service.path("networks")
                .forEach(network -> network.path("aliases").forEach(each -> aliases.add(each.asText())));
        converter
                .project()
                .services()
                .forEach((other, its) -> its.path("links").forEach(link -> {
                    String[] parts = link.asText().split(":", 2);
                    if (parts[0].equals(name) && parts.length == 2) {
                        aliases.add(parts[1]);
                    }
                }));
        return aliases;
    }

    private void published(List<ObjectNode> services) {
        Map<String, ObjectNode> outside = new LinkedHashMap<>();
        List<String> sources = new ArrayList<>();
        for (JsonNode each : service.path("ports")) {
            int target = each.path("target").asInt();
            if (each.has("published")) {
                add(
                        outside,
                        Words.number(each.path("published"), "services." + name + ".ports"),
                        target,
                        protocol(each));
            } else {
                converter.note("services.%s.ports: %d has no published port: it is reached inside the cluster only"
                        .formatted(name, target));
            }
            String address = each.path("host_ip").asText("");
            if (address.startsWith("127.") || address.equals("[::1]")) {
                sources.add(address);
            }
        }
        if (outside.isEmpty() || onHost) {
            return;
        }
        if (!sources.isEmpty()) {
            converter.note("services.%s.ports: published at all addresses of the nodes, not at %s only"
                    .formatted(name, String.join(", ", new LinkedHashSet<>(sources))));
        }
        String type = switch (type()) {
            case "", "loadbalancer" -> "LoadBalancer";
            case "nodeport" -> "NodePort";
            case "clusterip", "headless" -> "";
            default ->
                throw new ClientException("services.%s.labels: %s is nodeport, loadbalancer, clusterip or headless"
                        .formatted(name, TYPE));
        };
        if (type.isEmpty()) {
            return;
        }
        String label = converter.label(name);
        String suffix = "-published";
        ObjectNode object = converter.object(
                "v1", "Service", label.substring(0, Math.min(label.length(), NAME_LIMIT - suffix.length())) + suffix);
        object.withObject("/metadata/labels").put(Conversion.SERVICE, label);
        ObjectNode spec = object.putObject("spec").put("type", type);
        spec.set("selector", converter.selector(name));
        ArrayNode list = spec.putArray("ports");
        outside.values().forEach(list::add);
        services.add(object);
    }
}
