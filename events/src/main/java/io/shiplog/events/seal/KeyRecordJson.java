package io.shiplog.events.seal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Records of keys in stores and exports: a name, and JSON or nothing. A data key: its id, and {@code
 * {"wrapped":<base64>,"with":<fingerprint>}}, or {@code {"shredded":{"time","revision"}}}, or nothing if it is unused. The
 * key-encryption key in force: {@code in-force}, and {@code {"with":<fingerprint>}}. The newest record of a name counts.
 */
public final class KeyRecordJson {
    private static final String IN_FORCE = "in-force";
    private static final String WITH = "with";
    private static final String WRAPPED = "wrapped";
    private static final String SHREDDED = "shredded";

    private KeyRecordJson() {}

    /** The name of a record. */
    public static String name(KeyRecord record) {
        return switch (record) {
            case KeyRecord.InForce force -> IN_FORCE;
            case KeyRecord.Wrapped wrapped -> wrapped.id();
            case KeyRecord.Shredded shredded -> shredded.id();
            case KeyRecord.Unused unused -> unused.id();
        };
    }

    /** Its value, empty if its key is no longer used. */
    public static Optional<ObjectNode> value(KeyRecord record) {
        ObjectNode value = Json.MAPPER.createObjectNode();
        return switch (record) {
            case KeyRecord.InForce(var fingerprint) -> Optional.of(value.put(WITH, fingerprint));
            case KeyRecord.Wrapped(var id, var fingerprint, var box) ->
                Optional.of(value.put(WRAPPED, Base64.getEncoder().encodeToString(box))
                        .put(WITH, fingerprint));
            case KeyRecord.Shredded(var id, var shredding) -> {
                value.putObject(SHREDDED)
                        .put("time", shredding.time().toString())
                        .put("revision", shredding.revision());
                yield Optional.of(value);
            }
            case KeyRecord.Unused unused -> Optional.empty();
        };
    }

    /**
     * The record of that name and value.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    public static KeyRecord of(String name, Optional<? extends JsonNode> value) {
        return value.map(json -> of(name, json)).orElseGet(() -> new KeyRecord.Unused(name));
    }

    private static KeyRecord of(String name, JsonNode value) {
        if (name.equals(IN_FORCE)) {
            return new KeyRecord.InForce(value.path(WITH).asText());
        } else if (value.has(WRAPPED)) {
            return new KeyRecord.Wrapped(
                    name,
                    value.path(WITH).asText(),
                    Base64.getDecoder().decode(value.path(WRAPPED).asText()));
        } else if (value.has(SHREDDED)) {
            return new KeyRecord.Shredded(name, shredding(value.path(SHREDDED)));
        }
        throw new IllegalArgumentException("neither wrapped nor shredded");
    }

    private static Shredding shredding(JsonNode value) {
        try {
            return new Shredding(
                    Instant.parse(value.path("time").asText()),
                    value.path("revision").asLong());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
