package io.shiplog.events.log.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the writer of the shards: a Kafka consumer group of all command sides, in which the member with the main shard's
 * partition is elected. It provides only liveness; the claim provides safety, so a wrong election costs a change of writers and
 * no event.
 *
 * @see <a href="https://kafka.apache.org/documentation/#intro_consumers">Consumer groups</a>
 */
public final class WriterElection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriterElection.class);
    private static final String SHARD = "events";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    /** A writer that is silent for this long is considered gone, and another is elected. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private static final int HEARTBEATS_PER_SESSION = 3;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean closed;

    private WriterElection(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.thread = Thread.ofPlatform().name("writer-election").daemon().unstarted(this::run);
    }

    /**
     * Joins the election.
     *
     * @param elected called when this process should claim, on the election's own thread; must not block
     */
    public static WriterElection join(KafkaLogConfig config, Runnable elected) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.cluster() + ".writers");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // The writer stays when others join: each change of writers is a pause for all clients.
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Long.toString(SESSION.toMillis()));
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Long.toString(SESSION.toMillis() / HEARTBEATS_PER_SESSION));
        WriterElection election = new WriterElection(new KafkaConsumer<>(
                config.kafka().with(properties), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        election.consumer.subscribe(List.of(config.topic(SHARD)), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                // Members never read: the group is only for the assignment.
                election.consumer.pause(assigned);
                if (!assigned.isEmpty()) {
                    LOG.info("elected to write");
                    elected.run();
                }
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                // The next writer's claim notifies the old one.
            }
        });
        election.thread.start();
        return election;
    }

    private void run() {
        while (!closed) {
            try {
                consumer.poll(POLL);
            } catch (WakeupException e) {
                // Closed: the loop ends.
            } catch (KafkaException e) {
                LOG.warn("the writers' election is disturbed: {}", e.toString());
                pause();
            }
        }
        consumer.close();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves the election: another member is elected at once. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(SESSION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
