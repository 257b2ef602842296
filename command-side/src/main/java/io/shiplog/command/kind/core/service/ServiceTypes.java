package io.shiplog.command.kind.core.service;

import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.Set;

/**
 * Which fields a Service of a type has. A change of the type drops those of the old type that the cluster may have set and the
 * client did not change; one that the client changed is for the validation to refuse.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/service/strategy.go">
 *     dropTypeDependentFields</a>
 */
public final class ServiceTypes {
    private ServiceTypes() {}

    /** A cluster IP, {@code None} included. */
    static boolean hasAddress(JsonNode spec) {
        return !text(spec, "type").equals("ExternalName");
    }

    static boolean hasNodePorts(JsonNode spec) {
        return Trees.oneOf(text(spec, "type"), "NodePort", "LoadBalancer");
    }

    /** Whether the cluster gives node ports where the client names none. */
    static boolean allocatesNodePorts(JsonNode spec) {
        return hasNodePorts(spec)
                && (text(spec, "type").equals("NodePort")
                        || spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
    }

    /** A port at which a load balancer asks each node whether it has endpoints. */
    static boolean hasHealthCheck(JsonNode spec) {
        return text(spec, "type").equals("LoadBalancer")
                && text(spec, "externalTrafficPolicy").equals("Local");
    }

    static boolean isExternallyAccessible(JsonNode spec) {
        return hasNodePorts(spec)
                || text(spec, "type").equals("ClusterIP")
                        && !spec.path("externalIPs").isEmpty();
    }

    /** Headless and without a selector: its endpoints are managed elsewhere, and may be of any family. */
    static boolean isWithoutEndpointsOfItsOwn(JsonNode spec) {
        return text(spec, "clusterIP").equals(ServiceAddresses.NONE)
                && spec.path("selector").isEmpty();
    }

    static void dropForeign(ObjectNode spec, JsonNode before) {
        if (hasAddress(before) && !hasAddress(spec)) {
            if (same(spec, before, "clusterIP") && same(spec, before, "clusterIPs")) {
                spec.remove("clusterIP");
                spec.remove("clusterIPs");
            }
            dropIfSame(spec, before, "ipFamilies");
            dropIfSame(spec, before, "ipFamilyPolicy");
            dropIfSame(spec, before, "internalTrafficPolicy");
        }
        if (hasNodePorts(before) && !hasNodePorts(spec) && nodePorts(before).containsAll(nodePorts(spec))) {
            objects(spec, "ports").forEach(port -> port.remove("nodePort"));
        }
        if (hasHealthCheck(before) && !hasHealthCheck(spec)) {
            dropIfSame(spec, before, "healthCheckNodePort");
        }
        if (text(before, "type").equals("LoadBalancer") && !text(spec, "type").equals("LoadBalancer")) {
            dropIfSame(spec, before, "allocateLoadBalancerNodePorts");
            dropIfSame(spec, before, "loadBalancerClass");
        }
        if (isExternallyAccessible(before) && !isExternallyAccessible(spec)) {
            dropIfSame(spec, before, "externalTrafficPolicy");
        }
    }

    private static Set<Integer> nodePorts(JsonNode spec) {
        Set<Integer> ports = new HashSet<>();
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.remove(0);
        return ports;
    }

    private static boolean same(JsonNode spec, JsonNode before, String field) {
        return Checks.same(spec.path(field), before.path(field));
    }

    private static void dropIfSame(ObjectNode spec, JsonNode before, String field) {
        if (same(spec, before, field)) {
            spec.remove(field);
        }
    }
}
