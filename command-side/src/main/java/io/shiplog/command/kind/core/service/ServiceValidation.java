package io.shiplog.command.kind.core.service;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Services.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">ValidateService</a>
 */
public final class ServiceValidation {
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> AFFINITIES = List.of("ClientIP", "None");
    private static final List<String> POLICIES = List.of("Cluster", "Local");
    private static final List<String> FAMILY_POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final List<String> DISTRIBUTIONS = List.of("PreferClose", "PreferSameZone", "PreferSameNode");
    private static final int MAX_AFFINITY_SECONDS = 86_400;
    private static final String BALANCERS_ONLY = "may only be used when `type` is 'LoadBalancer'";

    private ServiceValidation() {}

    static void validate(JsonNode spec, FieldErrors errors) {
        String type = text(spec, "type");
        boolean headless = text(spec, "clusterIP").equals(ServiceAddresses.NONE);
        if (spec.path("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            errors.required("spec.ports", "");
        }
        if (headless && Trees.oneOf(type, "LoadBalancer", "NodePort")) {
            errors.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services");
        }
        if (type.equals("ExternalName")) {
            externalName(spec, errors);
        }
        ports(spec, type, errors);
        Checks.labels(spec.path("selector"), "spec.selector", errors);
        affinity(spec, errors);
        addresses(spec, type, errors);
        Checks.oneOf(type, TYPES, "spec.type", errors);
        balancer(spec, type, errors);
        policies(spec, type, errors);
    }

    private static void externalName(JsonNode spec, FieldErrors errors) {
        if (!spec.path("clusterIPs").isEmpty() || !text(spec, "clusterIP").isEmpty()) {
            errors.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
        }
        for (String field : List.of("ipFamilies", "ipFamilyPolicy")) {
            if (spec.has(field)) {
                errors.forbidden("spec." + field, "may not be set for ExternalName services");
            }
        }
        String name = text(spec, "externalName");
        String cname = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (cname.isEmpty()) {
            errors.required("spec.externalName", "");
        } else {
            Checks.each(Names.subdomain(cname), "spec.externalName", cname, errors);
        }
    }

    private static void ports(JsonNode spec, String type, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        Set<String> ports = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        boolean several = spec.path("ports").size() > 1;
        int index = 0;
        for (JsonNode port : spec.path("ports")) {
            String at = "spec.ports[" + index++ + "]";
            port(port, several, names, at, errors);
            String protocol = text(port, "protocol");
            int nodePort = port.path("nodePort").asInt();
            if (nodePort != 0 && type.equals("ClusterIP")) {
                errors.forbidden(at + ".nodePort", "may not be used when `type` is 'ClusterIP'");
            }
            if (nodePort != 0 && !nodePorts.add(protocol + nodePort)) {
                errors.duplicate(at + ".nodePort", nodePort);
            }
            if (!ports.add(protocol + port.path("port").asInt())) {
                errors.duplicate(at, new PortKey(protocol, port.path("port").asInt()));
            }
        }
    }

    /** Kubernetes' output of the duplicate port: its internal struct with only these two fields. */
    private record PortKey(String protocol, int port) {
        @Override
        public String toString() {
            return "{\"Name\":\"\",\"Protocol\":\"%s\",\"AppProtocol\":null,\"Port\":%d,\"TargetPort\":0,\"NodePort\":0}"
                    .formatted(protocol, port);
        }
    }

    private static void port(JsonNode port, boolean nameRequired, Set<String> names, String at, FieldErrors errors) {
        String name = text(port, "name");
        if (name.isEmpty()) {
            if (nameRequired) {
                errors.required(at + ".name", "");
            }
        } else {
            Checks.each(Names.label(name), at + ".name", name, errors);
            if (!names.add(name)) {
                errors.duplicate(at + ".name", name);
            }
        }
        int number = port.path("port").asInt();
        Checks.each(Names.port(number), at + ".port", number, errors);
        Checks.oneOf(text(port, "protocol"), Checks.PROTOCOLS, at + ".protocol", errors);
        Checks.portNumberOrName(port.path("targetPort"), at + ".targetPort", errors);
        if (port.has("appProtocol")) {
            String protocol = text(port, "appProtocol");
            Checks.each(Names.qualified(protocol), at + ".appProtocol", protocol, errors);
        }
    }

    private static void affinity(JsonNode spec, FieldErrors errors) {
        String affinity = text(spec, "sessionAffinity");
        Checks.oneOf(affinity, AFFINITIES, "spec.sessionAffinity", errors);
        JsonNode seconds = Trees.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds");
        if (affinity.equals("ClientIP") && (seconds.asInt() <= 0 || seconds.asInt() > MAX_AFFINITY_SECONDS)) {
            errors.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    seconds,
                    "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    private static void addresses(JsonNode spec, String type, FieldErrors errors) {
        String address = text(spec, "clusterIP");
        if (!address.isEmpty() && !address.equals(ServiceAddresses.NONE) && !type.equals("ExternalName")) {
            Checks.ip(address, "spec.clusterIPs[0]", errors);
        }
        int index = 0;
        boolean anyFamily = ServiceTypes.isWithoutEndpointsOfItsOwn(spec);
        for (JsonNode family : spec.path("ipFamilies")) {
            if (!Trees.oneOf(family.asText(), "IPv4")
                    && !(anyFamily && family.asText().equals("IPv6"))) {
                errors.invalid("spec.ipFamilies[" + index + "]", family.asText(), "not configured on this cluster");
            }
            index++;
        }
        String policy = text(spec, "ipFamilyPolicy");
        if (!policy.isEmpty() && !FAMILY_POLICIES.contains(policy)) {
            errors.notSupported("spec.ipFamilyPolicy", policy, FAMILY_POLICIES);
        } else if (policy.equals("RequireDualStack") && !anyFamily) {
            errors.invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services");
        }
        index = 0;
        for (JsonNode external : spec.path("externalIPs")) {
            Checks.usableIp(external.asText(), "spec.externalIPs[" + index++ + "]", errors);
        }
    }

    private static void policies(JsonNode spec, String type, FieldErrors errors) {
        String externalPolicy = text(spec, "externalTrafficPolicy");
        if (ServiceTypes.isExternallyAccessible(spec)) {
            Checks.oneOf(externalPolicy, POLICIES, "spec.externalTrafficPolicy", errors);
        } else if (!externalPolicy.isEmpty()) {
            errors.invalid(
                    "spec.externalTrafficPolicy", externalPolicy, "may only be set for externally-accessible services");
        }
        healthCheck(spec, errors);
        if (!type.equals("ExternalName")) {
            Checks.oneOf(text(spec, "internalTrafficPolicy"), POLICIES, "spec.internalTrafficPolicy", errors);
        }
        JsonNode distribution = spec.path("trafficDistribution");
        if (distribution.isTextual() && !DISTRIBUTIONS.contains(distribution.asText())) {
            errors.notSupported("spec.trafficDistribution", distribution.asText(), DISTRIBUTIONS);
        }
    }

    private static void healthCheck(JsonNode spec, FieldErrors errors) {
        int port = spec.path("healthCheckNodePort").asInt();
        String path = "spec.healthCheckNodePort";
        if (!ServiceTypes.hasHealthCheck(spec)) {
            if (port != 0) {
                errors.invalid(
                        path,
                        port,
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
        } else if (port == 0) {
            errors.required(path, "");
        } else {
            Checks.each(Names.port(port), path, port, errors);
        }
    }

    private static void balancer(JsonNode spec, String type, FieldErrors errors) {
        boolean balanced = type.equals("LoadBalancer");
        String ranges = "spec.LoadBalancerSourceRanges";
        if (!balanced && !spec.path("loadBalancerSourceRanges").isEmpty()) {
            errors.forbidden(ranges, BALANCERS_ONLY);
        }
        int index = 0;
        for (JsonNode range : spec.path("loadBalancerSourceRanges")) {
            Checks.cidr(range.asText().trim(), ranges + "[" + index++ + "]", errors);
        }
        if (balanced && spec.has("loadBalancerClass")) {
            String name = text(spec, "loadBalancerClass");
            Checks.each(Names.qualified(name), "spec.loadBalancerClass", name, errors);
        }
        if (!balanced) {
            for (String field : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass")) {
                if (spec.has(field)) {
                    errors.forbidden("spec." + field, BALANCERS_ONLY);
                }
            }
        }
    }

    static void validateUpdate(JsonNode spec, JsonNode before, FieldErrors errors) {
        boolean named = text(spec, "type").equals("ExternalName");
        boolean wasNamed = text(before, "type").equals("ExternalName");
        String was = text(before, "clusterIP");
        if (!named && !wasNamed && !was.isEmpty() && !text(spec, "clusterIP").equals(was)) {
            errors.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
        }
        if (text(spec, "type").equals("LoadBalancer")
                && text(before, "type").equals("LoadBalancer")
                && !Checks.same(spec.path("loadBalancerClass"), before.path("loadBalancerClass"))) {
            errors.invalid("spec.loadBalancerClass", text(spec, "loadBalancerClass"), "may not change once set");
        }
        if (ServiceTypes.hasHealthCheck(spec)
                && ServiceTypes.hasHealthCheck(before)
                && spec.path("healthCheckNodePort").asInt()
                        != before.path("healthCheckNodePort").asInt()) {
            errors.forbidden("spec.healthCheckNodePort", Checks.IMMUTABLE);
        }
    }
}
