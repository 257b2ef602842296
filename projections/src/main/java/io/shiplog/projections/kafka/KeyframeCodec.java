package io.shiplog.projections.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.kafka.SideTopic.Written;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.snapshot.Checkpoint;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the table of contents: key the revision, value JSON. */
final class KeyframeCodec {
    private final String topic;
    private final int partition;

    KeyframeCodec(String topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    /** A keyframe, and the position of its objects. */
    record Entry(Keyframe keyframe, Written objects) {}

    ProducerRecord<byte[], byte[]> encode(Entry entry) {
        ObjectNode value = Json.MAPPER.createObjectNode();
        value.put("from", entry.objects().from()).put("to", entry.objects().to());
        ArrayNode shards = value.putArray("shards");
        for (Checkpoint shard : entry.keyframe().shards()) {
            shards.add(SnapshotCodec.tree(shard).put("shard", shard.shard()));
        }
        byte[] key = Long.toString(entry.keyframe().revision()).getBytes(UTF_8);
        return new ProducerRecord<>(topic, partition, key, Json.of(value).utf8());
    }

    /** Empty if the record cannot be read: then there is no such keyframe. */
    static Optional<Entry> decode(ConsumerRecord<byte[], byte[]> message) {
        byte[] bytes = message.value();
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            JsonNode value = Json.ofUtf8(bytes).tree();
            List<Checkpoint> shards = new ArrayList<>();
            for (JsonNode shard : value.path("shards")) {
                shards.add(SnapshotCodec.checkpoint(shard.path("shard").asText(), shard));
            }
            Written objects =
                    new Written(value.path("from").asLong(), value.path("to").asLong());
            return Optional.of(new Entry(new Keyframe(shards), objects));
        } catch (UncheckedIOException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
