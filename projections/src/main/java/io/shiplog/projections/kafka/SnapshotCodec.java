package io.shiplog.projections.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.SnapshotRecord;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The records of the topic. An object: key {@code shard/group/resource/namespace/name}, value its JSON, headers
 * {@code revision} and {@code correlationid}. A checkpoint: key {@code shard}, value JSON.
 */
final class SnapshotCodec {
    private static final String REVISION = "revision";
    private static final String CORRELATION = "correlationid";

    private final String topic;

    SnapshotCodec(String topic) {
        this.topic = topic;
    }

    ProducerRecord<byte[], byte[]> put(String shard, SnapshotRecord object) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topic, 0, utf8(objectKey(shard, object.key())), object.object().atRest());
        message.headers().add(REVISION, utf8(Long.toString(object.revision())));
        message.headers().add(CORRELATION, utf8(object.correlationId()));
        return message;
    }

    ProducerRecord<byte[], byte[]> removal(String key) {
        return new ProducerRecord<>(topic, 0, utf8(key), null);
    }

    ProducerRecord<byte[], byte[]> checkpoint(Checkpoint checkpoint) {
        return new ProducerRecord<>(
                topic, 0, utf8(checkpoint.shard()), Json.of(tree(checkpoint)).utf8());
    }

    /** A checkpoint without the name of its shard. */
    static ObjectNode tree(Checkpoint checkpoint) {
        return Json.MAPPER
                .createObjectNode()
                .put("revision", checkpoint.revision())
                .put("time", checkpoint.time().toString())
                .put("chain", checkpoint.chain())
                .put("objects", checkpoint.objects())
                .put("digest", checkpoint.digest());
    }

    static String objectKey(String shard, ObjectKey key) {
        return shard + "/" + key.recordKey();
    }

    static String key(ConsumerRecord<byte[], byte[]> message) {
        byte[] key = message.key();
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }

    static boolean isCheckpoint(String key) {
        return key.indexOf('/') < 0;
    }

    static String shardOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }

    /** Empty if the record is foreign: then an object is missing, and the digest detects it. */
    static Optional<SnapshotRecord> object(String key, ConsumerRecord<byte[], byte[]> message) {
        try {
            String revision = header(message.headers(), REVISION);
            return Optional.of(new SnapshotRecord(
                    ObjectKey.ofRecordKey(key.substring(key.indexOf('/') + 1)),
                    Long.parseLong(revision),
                    header(message.headers(), CORRELATION),
                    Json.ofUtf8(message.value())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Empty if the record cannot be read: then there is no snapshot. */
    static Optional<Checkpoint> checkpoint(String shard, ConsumerRecord<byte[], byte[]> message) {
        try {
            return Optional.of(checkpoint(shard, Json.ofUtf8(message.value()).tree()));
        } catch (java.io.UncheckedIOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** @throws DateTimeException if it has no valid time */
    static Checkpoint checkpoint(String shard, JsonNode tree) {
        return new Checkpoint(
                shard,
                tree.path("revision").asLong(),
                Instant.parse(tree.path("time").asText()),
                tree.path("chain").asText(),
                tree.path("objects").asLong(),
                tree.path("digest").asText());
    }

    private static String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
