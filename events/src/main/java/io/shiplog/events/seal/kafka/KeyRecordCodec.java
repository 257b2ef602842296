package io.shiplog.events.seal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.Shredding;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of the topic. A data key: its id, and {@code {"wrapped":<base64>,"with":<fingerprint>}}, or {@code
 * {"shredded":{"time","revision","actor"}}}, or null if it is unused. The key-encryption key in force: {@code in-force}, and {@code
 * {"with":<fingerprint>}}.
 */
final class KeyRecordCodec {
    private static final String IN_FORCE = "in-force";
    private static final String WITH = "with";
    private static final String WRAPPED = "wrapped";
    private static final String SHREDDED = "shredded";

    private final String topic;

    KeyRecordCodec(String topic) {
        this.topic = topic;
    }

    ProducerRecord<byte[], byte[]> encode(KeyRecord record) {
        return switch (record) {
            case KeyRecord.InForce(var fingerprint) -> message(IN_FORCE, object().put(WITH, fingerprint));
            case KeyRecord.Wrapped(var id, var fingerprint, var box) ->
                message(
                        id,
                        object().put(WRAPPED, Base64.getEncoder().encodeToString(box))
                                .put(WITH, fingerprint));
            case KeyRecord.Shredded(var id, var shredding) -> {
                ObjectNode value = object();
                value.putObject(SHREDDED)
                        .put("time", shredding.time().toString())
                        .put("revision", shredding.revision())
                        .put("actor", shredding.actor());
                yield message(id, value);
            }
            case KeyRecord.Unused(var id) -> message(id, null);
        };
    }

    private ProducerRecord<byte[], byte[]> message(String key, @Nullable ObjectNode value) {
        return new ProducerRecord<>(
                topic,
                0,
                key.getBytes(UTF_8),
                value == null ? null : Json.of(value).utf8());
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    /** @throws IllegalArgumentException if the record is none of these */
    KeyRecord decode(ConsumerRecord<byte[], byte[]> message) {
        if (message.key() == null) {
            throw new IllegalArgumentException("it has no key");
        }
        String key = new String(message.key(), UTF_8);
        if (message.value() == null) {
            return new KeyRecord.Unused(key);
        }
        try {
            return decode(key, Json.ofUtf8(message.value()).tree());
        } catch (UncheckedIOException | DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static KeyRecord decode(String key, JsonNode value) {
        if (key.equals(IN_FORCE)) {
            return new KeyRecord.InForce(value.path(WITH).asText());
        } else if (value.has(WRAPPED)) {
            return new KeyRecord.Wrapped(
                    key,
                    value.path(WITH).asText(),
                    Base64.getDecoder().decode(value.path(WRAPPED).asText()));
        } else if (value.has(SHREDDED)) {
            JsonNode shredded = value.path(SHREDDED);
            return new KeyRecord.Shredded(
                    key,
                    new Shredding(
                            Instant.parse(shredded.path("time").asText()),
                            shredded.path("revision").asLong(),
                            shredded.path("actor").asText()));
        }
        throw new IllegalArgumentException("neither wrapped nor shredded");
    }
}
