package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on a real broker. Each test has a topic of its own. */
abstract class KafkaEventLogContract extends EventLogContract {
    private KafkaCluster cluster;

    /** Of the broker. */
    abstract KafkaAccess access();

    /** A reason against writing. */
    Supplier<Optional<String>> refusal() {
        return Optional::empty;
    }

    @BeforeEach
    void connect() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        cluster = KafkaCluster.connect(KafkaLogConfig.singleBroker(access(), name, refusal()), Clock.systemUTC());
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void anybodyFindsTheRecordOfAnEventWhereItIsSaidToLie() throws Exception {
        EventLog log = cluster.open(ShardConfig.events());
        // There are claims between the events: offsets are not revisions.
        Drafts.append(log.claim("", CLAIM_LIMIT), 3);
        Drafts.append(log.claim("", CLAIM_LIMIT), 700);

        for (long revision : List.of(1L, 3L, 4L, 500L, 703L)) {
            RecordPosition position = log.position(revision).orElseThrow();
            assertEquals("events/" + revision, idOfTheRecordAt(position));
        }
        assertEquals(Optional.empty(), log.position(704), "not there yet");
        log.close();
    }

    private String idOfTheRecordAt(RecordPosition position) {
        TopicPartition partition = new TopicPartition(position.topic(), position.partition());
        try (var consumer = new KafkaConsumer<>(
                access().with(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, position.offset());
            var record =
                    consumer.poll(Duration.ofSeconds(30)).records(partition).getFirst();
            assertEquals(position.offset(), record.offset());
            return new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
        }
    }

    @Override
    protected EventLog open() {
        return cluster.open(ShardConfig.events());
    }
}
