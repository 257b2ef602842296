package io.shiplog.docker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A search through all files of a broker. Batches are compressed, and in a compressed file no word is readable: so log segments
 * are read batch by batch, including those of Kafka's own topics and uncompacted ones. All other files are searched directly.
 */
final class BrokerFiles {
    private BrokerFiles() {}

    /** The files below a stopped broker's directory that contain a text, in a key, a value or a header. */
    static List<String> containing(Path folder, String text) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (in(Files.readAllBytes(file), text) || (file.toString().endsWith(".log") && inRecords(file, text))) {
                    found.add(folder.relativize(file).toString());
                }
            }
            return found;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean inRecords(Path segment, String text) throws IOException {
        try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
            for (Record record : records.records()) {
                if (in(bytes(record.key()), text)
                        || in(bytes(record.value()), text)
                        || Stream.of(record.headers()).anyMatch(header -> in(header.value(), text))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static boolean in(byte @Nullable [] bytes, String text) {
        return bytes != null && new String(bytes, UTF_8).contains(text);
    }

    /** The topics of a running broker in which a plain consumer finds a text in a key, a value or a header. */
    static List<String> topicsContaining(KafkaAccess kafka, String text) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.with(Map.of("auto.offset.reset", "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<String> found = new ArrayList<>();
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(java.time.Duration.ofMillis(200))) {
                    String headers = Stream.of(record.headers().toArray())
                            .map(header -> new String(header.value(), UTF_8))
                            .collect(Collectors.joining(" "));
                    if (in(record.key(), text) || in(record.value(), text) || headers.contains(text)) {
                        found.add(record.topic());
                    }
                }
            }
            return found.stream().distinct().sorted().toList();
        }
    }
}
