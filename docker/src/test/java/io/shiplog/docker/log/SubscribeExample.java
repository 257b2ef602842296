package io.shiplog.docker.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What docs/subscribe.md shows: a test holds the two equal and runs this. */
public final class SubscribeExample {
    // begin
    public static void main(String[] args) {
        var topic = new TopicPartition(args[1] + ".events", 0);
        var kafka = Map.<String, Object>of("bootstrap.servers", args[0]);
        try (var consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            for (long epoch = 0, revision = 0; ; ) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    long its = Long.parseLong(header(record, "ce_epoch"));
                    if (header(record, "ce_type").equals("io.shiplog.writer.claimed.v1")) {
                        epoch = Math.max(epoch, its);
                    } else if (its == epoch && Long.parseLong(header(record, "ce_revision")) == revision + 1) {
                        revision++;
                        System.out.println(revision + " " + header(record, "ce_type") + " " + record.key());
                    }
                }
            }
        }
    }

    static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
    // end
}
