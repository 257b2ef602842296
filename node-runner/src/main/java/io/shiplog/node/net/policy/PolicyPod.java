package io.shiplog.node.net.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.network.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policies need of a pod beyond its labels.
 *
 * @param reported its address as its status says; null if it has none, has ended, or uses its node's network
 * @param ports its named ports, each with its number
 */
record PolicyPod(@Nullable Ipv4 reported, boolean hostNetwork, List<PolicyRule.Port> ports) {
    PolicyPod {
        ports = List.copyOf(ports);
    }

    static PolicyPod of(StoredObject object) {
        JsonNode tree = object.json().tree();
        JsonNode spec = tree.path("spec");
        boolean hostNetwork = spec.path("hostNetwork").asBoolean(false);
        String phase = tree.path("status").path("phase").asText("");
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        Ipv4 address = Ipv4.parse(tree.path("status").path("podIP").asText(""));
        List<PolicyRule.Port> ports = new ArrayList<>();
        addPorts(spec.path("containers"), ports);
        addPorts(spec.path("initContainers"), ports);
        return new PolicyPod(hostNetwork || ended ? null : address, hostNetwork, ports);
    }

    private static void addPorts(JsonNode containers, List<PolicyRule.Port> ports) {
        for (JsonNode container : containers) {
            for (JsonNode port : container.path("ports")) {
                String name = port.path("name").asText("");
                int number = port.path("containerPort").asInt();
                if (!name.isEmpty() && number > 0) {
                    ports.add(new PolicyRule.Port(port.path("protocol").asText("TCP"), name, number, number));
                }
            }
        }
    }
}
