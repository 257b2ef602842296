package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The content of a cluster's topics before this process has its keys.
 *
 * @param ends by partition ({@code topic-0}), the offset after its newest record
 * @param hasMacs whether records near the end of the log have a MAC, valid or not
 */
public record TopicEnds(Map<String, Long> ends, boolean hasMacs) {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_EMPTY_POLLS = 50;

    public TopicEnds {
        ends = Map.copyOf(ends);
    }

    /**
     * Reads it.
     *
     * @throws LogUnavailableException if Kafka does not answer
     */
    public static TopicEnds of(KafkaLogConfig config) {
        try (Admin admin = Admin.create(new ClientProperties(config).admin())) {
            Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(config.cluster() + "."))
                    .toList();
            admin.describeTopics(names)
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> topic.partitions()
                            .forEach(each ->
                                    partitions.put(new TopicPartition(name, each.partition()), OffsetSpec.latest())));
            Map<String, Long> ends = new HashMap<>();
            if (!partitions.isEmpty()) {
                admin.listOffsets(partitions).all().get().forEach((partition, end) -> {
                    if (end.offset() > 0) {
                        ends.put(partition.toString(), end.offset());
                    }
                });
            }
            String log = config.topic(ShardConfig.events().name());
            return new TopicEnds(ends, ends.containsKey(log + "-0") && hasMacs(config, log));
        } catch (ExecutionException | KafkaException e) {
            throw new LogUnavailableException("cannot look at the topics of " + config.cluster(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while looking at the topics of " + config.cluster(), e);
        }
    }

    /** A writer repeats its claim often enough for the newest records to have one. */
    private static boolean hasMacs(KafkaLogConfig config, String topic) {
        Map<String, Object> properties =
                new ClientProperties(config).pastReader(ShardConfig.events().name());
        try (PartitionReader reader = new PartitionReader(properties, topic)) {
            long end = reader.end();
            reader.seek(Math.max(reader.begin(), end - LogWindow.RECORDS));
            for (int empty = 0; reader.position() < end && empty < MOST_EMPTY_POLLS; empty++) {
                var records = reader.poll(POLL);
                if (records.stream().anyMatch(RecordMac::isPresent)) {
                    return true;
                }
                empty = records.isEmpty() ? empty : 0;
            }
            return false;
        }
    }
}
