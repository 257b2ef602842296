package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The target of a probe.
 *
 * @param podIp the pod's address
 * @param container its part of the specification: used to resolve named ports
 */
public record Target(String containerId, String podIp, JsonNode container) {

    /** A port by number or by its name in the container; -1 if there is none of that name. */
    public int port(JsonNode port) {
        if (port.isNumber()) {
            return port.asInt();
        }
        String text = port.asText();
        for (JsonNode named : container.path("ports")) {
            if (named.path("name").asText().equals(text)) {
                return named.path("containerPort").asInt(-1);
            }
        }
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    }
}
