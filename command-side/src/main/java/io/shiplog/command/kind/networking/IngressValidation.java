package io.shiplog.command.kind.networking;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/**
 * Ingresses.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go">validateIngress</a>
 */
final class IngressValidation {
    static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
    private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final List<String> FORBIDDEN_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> FORBIDDEN_AT_ENDS = List.of("/..", "/.");
    private static final String NOT_A_NAME = "must be a DNS name, not an IP address";

    private IngressValidation() {}

    static void spec(JsonNode spec, FieldErrors errors) {
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            errors.invalid(
                    "spec",
                    spec.has("rules") ? spec.path("rules") : NullNode.getInstance(),
                    "either `defaultBackend` or `rules` must be specified");
        }
        if (spec.has("defaultBackend")) {
            backend(spec.path("defaultBackend"), "spec.defaultBackend", errors);
        }
        int index = 0;
        for (JsonNode rule : spec.path("rules")) {
            rule(rule, "spec.rules[" + index++ + "]", errors);
        }
        index = 0;
        for (JsonNode tls : spec.path("tls")) {
            tls(tls, "spec.tls[" + index++ + "]", errors);
        }
        if (spec.has("ingressClassName")) {
            String name = text(spec, "ingressClassName");
            Checks.each(Names.subdomain(name), "spec.ingressClassName", name, errors);
        }
    }

    private static void rule(JsonNode rule, String path, FieldErrors errors) {
        String host = text(rule, "host");
        if (!host.isEmpty()) {
            if (Checks.isIp(host)) {
                errors.invalid(path + ".host", host, NOT_A_NAME);
            }
            host(host, path + ".host", errors);
        }
        JsonNode http = rule.path("http");
        if (!http.isObject()) {
            return;
        }
        if (http.path("paths").isEmpty()) {
            errors.required(path + ".http.paths", "");
        }
        int index = 0;
        for (JsonNode each : http.path("paths")) {
            path(each, path + ".http.paths[" + index++ + "]", errors);
        }
    }

    private static void host(String host, String path, FieldErrors errors) {
        Checks.each(host.contains("*") ? Names.wildcard(host) : Names.subdomain(host), path, host, errors);
    }

    private static void path(JsonNode rule, String at, FieldErrors errors) {
        if (!rule.hasNonNull("pathType")) {
            errors.required(at + ".pathType", "pathType must be specified");
            return;
        }
        String type = text(rule, "pathType");
        String path = text(rule, "path");
        switch (type) {
            case "Exact", "Prefix" -> {
                absolute(path, at, errors);
                for (String forbidden : FORBIDDEN_IN_PATHS) {
                    if (path.contains(forbidden)) {
                        errors.invalid(at + ".path", path, "must not contain '" + forbidden + "'");
                    }
                }
                for (String end : FORBIDDEN_AT_ENDS) {
                    if (path.endsWith(end)) {
                        errors.invalid(at + ".path", path, "cannot end with '" + end + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!path.isEmpty()) {
                    absolute(path, at, errors);
                }
            }
            default -> errors.notSupported(at + ".pathType", type, PATH_TYPES);
        }
        backend(rule.path("backend"), at + ".backend", errors);
    }

    private static void absolute(String path, String at, FieldErrors errors) {
        if (!path.startsWith("/")) {
            errors.invalid(at + ".path", path, "must be an absolute path");
        }
    }

    private static void backend(JsonNode backend, String path, FieldErrors errors) {
        boolean resource = backend.path("resource").isObject();
        boolean service = backend.path("service").isObject();
        if (resource && service) {
            errors.invalid(path, "", "cannot set both resource and service backends");
        } else if (resource) {
            reference(backend.path("resource"), path + ".resource", errors);
        } else if (service) {
            service(backend.path("service"), path, errors);
        } else {
            errors.invalid(path, "", "resource or service backend is required");
        }
    }

    private static void service(JsonNode service, String path, FieldErrors errors) {
        String name = text(service, "name");
        if (name.isEmpty()) {
            errors.required(path + ".service.name", "");
        } else {
            Checks.each(Names.label(name), path + ".service.name", name, errors);
        }
        String portName = Trees.text(service, "port", "name");
        int number = Trees.at(service, "port", "number").asInt();
        if (!portName.isEmpty() && number != 0) {
            errors.invalid(path, "", "cannot set both port name & port number");
        } else if (!portName.isEmpty()) {
            Checks.each(Names.portName(portName), path + ".service.port.name", portName, errors);
        } else if (number != 0) {
            Checks.each(Names.port(number), path + ".service.port.number", number, errors);
        } else {
            errors.required(path, "port name or number is required");
        }
    }

    /** A reference to an object of any kind, within a namespace or without one. */
    static void reference(JsonNode reference, String path, FieldErrors errors) {
        if (reference.hasNonNull("apiGroup")) {
            String group = text(reference, "apiGroup");
            Checks.each(Names.subdomain(group), path + ".apiGroup", group, errors);
        }
        requiredSegment(reference, "kind", path, errors);
        requiredSegment(reference, "name", path, errors);
    }

    /** A required text that may stand in a URL's path. */
    static void requiredSegment(JsonNode node, String field, String path, FieldErrors errors) {
        String value = text(node, field);
        if (value.isEmpty()) {
            errors.required(path + "." + field, "");
        } else {
            Checks.each(Names.pathSegment(value), path + "." + field, value, errors);
        }
    }

    private static void tls(JsonNode tls, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode host : tls.path("hosts")) {
            host(host.asText(), path + ".hosts[" + index++ + "]", errors);
        }
        String secret = text(tls, "secretName");
        if (!secret.isEmpty()) {
            Checks.each(Names.subdomain(secret), path + ".secretName", secret, errors);
        }
    }

    /** The annotation that older clients set must not contradict the field. */
    static void classAnnotation(ObjectNode ingress, FieldErrors errors) {
        JsonNode annotation = Trees.at(ingress, "metadata", "annotations", CLASS_ANNOTATION);
        JsonNode name = Trees.at(ingress, "spec", "ingressClassName");
        if (annotation.isTextual() && name.isTextual() && !annotation.equals(name)) {
            errors.invalid(
                    "annotations." + CLASS_ANNOTATION,
                    annotation.asText(),
                    "must match `ingressClassName` when both are specified");
        }
    }

    static void status(JsonNode status, FieldErrors errors) {
        int index = 0;
        for (JsonNode point : Trees.at(status, "loadBalancer", "ingress")) {
            String path = "status.loadBalancer.ingress[" + index++ + "]";
            String ip = text(point, "ip");
            if (!ip.isEmpty()) {
                Checks.ip(ip, path + ".ip", errors);
            }
            String host = text(point, "hostname");
            if (!host.isEmpty()) {
                Checks.each(Names.subdomain(host), path + ".hostname", host, errors);
                if (Checks.isIp(host)) {
                    errors.invalid(path + ".hostname", host, NOT_A_NAME);
                }
            }
        }
    }
}
