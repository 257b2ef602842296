package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whom to ask.
 *
 * @param podIp where the pod listens
 * @param container its part of the specification: named ports are looked up there
 */
public record Target(String containerId, String podIp, JsonNode container) {

    /** A port by number or by the name that the container gives it; -1 if there is none of that name. */
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
