package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * A port that a container takes on its node.
 *
 * @param ip empty for all addresses
 */
public record HostPort(String ip, int port, String protocol) {
    private static final Set<String> ANY = Set.of("", "0.0.0.0");

    /** The host ports of a pod's containers and sidecars, by its spec. */
    public static Set<HostPort> ofPod(JsonNode spec) {
        Set<HostPort> ports = new HashSet<>();
        spec.path("containers").forEach(container -> add(ports, container));
        for (JsonNode container : spec.path("initContainers")) {
            if (NodeNeeds.sidecar(container)) {
                add(ports, container);
            }
        }
        return Set.copyOf(ports);
    }

    private static void add(Set<HostPort> ports, JsonNode container) {
        for (JsonNode port : container.path("ports")) {
            if (port.path("hostPort").asInt() > 0) {
                ports.add(new HostPort(
                        port.path("hostIP").asText(),
                        port.path("hostPort").asInt(),
                        port.path("protocol").asText("TCP")));
            }
        }
    }

    /** Whether two pods with these ports cannot run on one node. */
    public boolean collides(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (ip.equals(other.ip) || ANY.contains(ip) || ANY.contains(other.ip));
    }
}
