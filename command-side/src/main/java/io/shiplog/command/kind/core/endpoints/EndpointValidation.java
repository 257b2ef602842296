package io.shiplog.command.kind.core.endpoints;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Endpoints and EndpointSlices. */
public final class EndpointValidation {
    private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_PORTS = 20_000;
    private static final int MAX_ADDRESSES = 100;

    private EndpointValidation() {}

    static void endpoints(ObjectNode endpoints, FieldErrors errors) {
        int index = 0;
        for (JsonNode subset : endpoints.path("subsets")) {
            String at = "subsets[" + index++ + "]";
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                errors.required(at, "must specify `addresses` or `notReadyAddresses`");
            }
            for (String list : List.of("addresses", "notReadyAddresses")) {
                int i = 0;
                for (JsonNode address : subset.path(list)) {
                    String path = at + "." + list + "[" + i++ + "]";
                    address(address, path, errors);
                }
            }
            endpointPorts(subset.path("ports"), at + ".ports", errors);
        }
    }

    private static void address(JsonNode address, String path, FieldErrors errors) {
        String ip = text(address, "ip");
        boolean valid = Checks.isIp(ip);
        if (!valid) {
            Checks.ip(ip, path + ".ip", errors);
        }
        String hostname = text(address, "hostname");
        if (!hostname.isEmpty()) {
            Checks.each(Names.label(hostname), path + ".hostname", hostname, errors);
        }
        if (address.has("nodeName")) {
            Checks.each(
                    Names.subdomain(text(address, "nodeName")), path + ".nodeName", text(address, "nodeName"), errors);
        }
        if (valid) {
            Checks.usableIp(ip, path + ".ip", errors);
        } else {
            // Kubernetes looks at it twice.
            errors.invalid(path + ".ip", ip, "must be a valid IP address");
        }
    }

    private static void endpointPorts(JsonNode ports, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode port : ports) {
            String at = path + "[" + index++ + "]";
            String name = text(port, "name");
            if (name.isEmpty() && ports.size() > 1) {
                errors.required(at + ".name", "");
            } else if (!name.isEmpty()) {
                Checks.each(Names.label(name), at + ".name", name, errors);
            }
            int number = port.path("port").asInt();
            Checks.each(Names.port(number), at + ".port", number, errors);
            Checks.oneOf(text(port, "protocol"), Checks.PROTOCOLS, at + ".protocol", errors);
        }
    }

    public static void slice(ObjectNode slice, FieldErrors errors) {
        String type = text(slice, "addressType");
        Checks.oneOf(type, ADDRESS_TYPES, "addressType", errors);
        JsonNode endpoints = slice.path("endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            errors.tooMany("endpoints", endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        int index = 0;
        for (JsonNode endpoint : endpoints) {
            endpoint(endpoint, type, "endpoints[" + index++ + "]", errors);
        }
        slicePorts(slice.path("ports"), errors);
    }

    private static void endpoint(JsonNode endpoint, String type, String path, FieldErrors errors) {
        JsonNode addresses = endpoint.path("addresses");
        if (addresses.isEmpty()) {
            errors.required(path + ".addresses", "must contain at least 1 address");
        } else if (addresses.size() > MAX_ADDRESSES) {
            errors.tooMany(path + ".addresses", addresses.size(), MAX_ADDRESSES);
        }
        int index = 0;
        for (JsonNode address : addresses) {
            String at = path + ".addresses[" + index++ + "]";
            String value = address.asText();
            switch (type) {
                case "IPv4", "IPv6" -> {
                    boolean ofOtherFamily = Checks.isIp(value) && value.contains(":") != type.equals("IPv6");
                    if (ofOtherFamily) {
                        errors.invalid(path + ".addresses", value, "must be an " + type + " address");
                    }
                    Checks.usableIp(value, at, errors);
                }
                default -> Checks.each(Names.subdomain(value), at, value, errors);
            }
        }
        String hostname = text(endpoint, "hostname");
        if (!hostname.isEmpty()) {
            Checks.each(Names.label(hostname), path + ".hostname", hostname, errors);
        }
        String node = text(endpoint, "nodeName");
        if (!node.isEmpty()) {
            Checks.each(Names.subdomain(node), path + ".nodeName", node, errors);
        }
    }

    private static void slicePorts(JsonNode ports, FieldErrors errors) {
        if (ports.size() > MAX_PORTS) {
            errors.tooMany("ports", ports.size(), MAX_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode port : ports) {
            String at = "ports[" + index++ + "]";
            String name = text(port, "name");
            if (!name.isEmpty()) {
                Checks.each(Names.label(name), at + ".name", name, errors);
            }
            if (!names.add(name)) {
                errors.duplicate(at + ".name", name);
            }
            Checks.oneOf(text(port, "protocol"), Checks.PROTOCOLS, at + ".protocol", errors);
        }
    }

    public static void sliceUpdate(ObjectNode slice, ObjectNode old, FieldErrors errors) {
        if (!text(slice, "addressType").equals(text(old, "addressType"))) {
            errors.invalid("addressType", text(slice, "addressType"), Checks.IMMUTABLE);
        }
    }
}
