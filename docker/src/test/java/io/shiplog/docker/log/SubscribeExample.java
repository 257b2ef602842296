package io.shiplog.docker.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What docs/subscribe.md shows: a test holds the two equal and runs this. */
public final class SubscribeExample {
    // begin
    public static void main(String[] args) throws IOException {
        var topic = new TopicPartition(args[1] + ".events", 0);
        var bookmark = Path.of(args[2]);
        var kafka = new Properties();
        try (var file = Files.newBufferedReader(Path.of(args[0]))) {
            kafka.load(file);
        }
        kafka.put("auto.offset.reset", "none");
        try (var consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            long epoch = 0, revision = 0;
            if (Files.exists(bookmark)) {
                var kept = Files.readString(bookmark).split(" ");
                consumer.seek(topic, Long.parseLong(kept[0]));
                epoch = Long.parseLong(kept[1]);
                revision = Long.parseLong(kept[2]);
            }
            while (true) {
                ConsumerRecords<String, String> records;
                try {
                    records = consumer.poll(Duration.ofSeconds(1));
                } catch (OffsetOutOfRangeException cut) {
                    System.out.println("events were cut away after " + revision);
                    consumer.seekToBeginning(List.of(topic));
                    epoch = revision = 0;
                    continue;
                }
                for (var record : records) {
                    long its = number(record, "ce_epoch"), next = number(record, "ce_revision");
                    if (header(record, "ce_type").equals("io.shiplog.writer.claimed.v1")) {
                        epoch = Math.max(epoch, its);
                    } else if (its == epoch && (revision == 0 || next == revision + 1)) {
                        revision = next;
                        if (header(record, "ce_type").startsWith(args[3])) {
                            System.out.println(revision + " " + header(record, "ce_type") + " " + record.key());
                        }
                    }
                }
                if (!records.isEmpty()) {
                    Files.writeString(bookmark, consumer.position(topic) + " " + epoch + " " + revision);
                }
            }
        }
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    static long number(ConsumerRecord<?, ?> record, String name) {
        var text = header(record, name);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
    // end
}
