package io.shiplog.node.net.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;

/** The output of {@code ip -j}. */
public final class IpJson {
    private IpJson() {}

    /**
     * Parses it; no output is an empty list.
     *
     * @throws IllegalStateException if it is no JSON
     */
    public static JsonNode parse(String json) {
        try {
            return Json.MAPPER.readTree(json.isBlank() ? "[]" : json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ip returned no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
