package io.shiplog.events.seal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shiplog.events.json.Json;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.KeyRecordJson;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the topic: key the name, value the JSON, null if there is none. */
final class KeyRecordCodec {
    private final String topic;

    KeyRecordCodec(String topic) {
        this.topic = topic;
    }

    ProducerRecord<byte[], byte[]> encode(KeyRecord record) {
        return new ProducerRecord<>(
                topic,
                0,
                KeyRecordJson.name(record).getBytes(UTF_8),
                KeyRecordJson.value(record).map(value -> Json.of(value).utf8()).orElse(null));
    }

    /** @throws IllegalArgumentException if the record is not a key's */
    KeyRecord decode(ConsumerRecord<byte[], byte[]> message) {
        if (message.key() == null) {
            throw new IllegalArgumentException("it has no key");
        }
        try {
            return KeyRecordJson.of(
                    new String(message.key(), UTF_8),
                    Optional.ofNullable(message.value())
                            .map(value -> Json.ofUtf8(value).tree()));
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
