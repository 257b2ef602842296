package io.shiplog.projections.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One ingress or egress rule: it allows what comes from (or goes to) one of its peers, at one of its ports.
 *
 * @param peers empty for everything
 * @param ports of the pod that is connected to; empty for all
 */
public record PolicyRule(List<PolicyPeer> peers, List<Port> ports) {
    private static final int LAST_PORT = 65_535;

    public PolicyRule {
        peers = List.copyOf(peers);
        ports = List.copyOf(ports);
    }

    /**
     * Some ports of a protocol.
     *
     * @param name of a container's port, empty if the ports are given by number
     * @param first the lowest number
     * @param last the highest number
     */
    public record Port(String protocol, String name, int first, int last) {
        /** Whether it is each port of the protocol. */
        public boolean all() {
            return name.isEmpty() && first == 0 && last == LAST_PORT;
        }
    }

    static PolicyRule of(String namespace, JsonNode rule, JsonNode peers) {
        List<PolicyPeer> allPeers = new ArrayList<>();
        peers.forEach(peer -> allPeers.add(PolicyPeer.of(namespace, peer)));
        List<Port> ports = new ArrayList<>();
        rule.path("ports").forEach(port -> ports.add(port(port)));
        return new PolicyRule(allPeers, ports);
    }

    private static Port port(JsonNode tree) {
        String protocol = tree.path("protocol").asText("TCP");
        JsonNode port = tree.path("port");
        if (port.isTextual()) {
            return new Port(protocol, port.asText(), 0, LAST_PORT);
        }
        if (!port.isNumber()) {
            return new Port(protocol, "", 0, LAST_PORT);
        }
        return new Port(protocol, "", port.asInt(), tree.path("endPort").asInt(port.asInt()));
    }
}
