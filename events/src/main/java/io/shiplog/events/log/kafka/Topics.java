package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates missing topics. Existing ones are not changed: their operator may have configured them. */
final class Topics {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Small enough that a truncated shard frees space soon. */
    private static final int CUT_SEGMENT_BYTES = 16 << 20;

    private static final int FOR_EVER = -1;

    private final Admin admin;
    private final KafkaLogConfig config;

    Topics(Admin admin, KafkaLogConfig config) {
        this.admin = admin;
        this.config = config;
    }

    void ensure(ShardConfig shard) {
        if (exists(shard)) {
            return;
        }
        String topic = config.topic(shard.name());
        NewTopic wanted = new NewTopic(topic, 1, config.replicationFactor()).configs(settings(shard));
        try {
            answer(admin.createTopics(List.of(wanted)).all(), "make the topic " + topic);
        } catch (LogUnavailableException e) {
            if (!(e.getCause() instanceof ExecutionException failed
                    && failed.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    boolean exists(ShardConfig shard) {
        String topic = config.topic(shard.name());
        return answer(admin.listTopics().names(), "look for the topic " + topic).contains(topic);
    }

    private <T> T answer(KafkaFuture<T> question, String what) {
        try {
            return question.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new LogUnavailableException("cannot %s: %s".formatted(what, e.getCause()), e);
        } catch (TimeoutException e) {
            throw new LogUnavailableException(
                    "no answer from Kafka at %s within %d s".formatted(config.kafka(), LIMIT.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted: cannot " + what, e);
        }
    }

    private Map<String, String> settings(ShardConfig shard) {
        Map<String, String> settings = new HashMap<>();
        settings.put("cleanup.policy", "delete");
        settings.put("retention.ms", Integer.toString(FOR_EVER));
        settings.put("retention.bytes", Integer.toString(FOR_EVER));
        settings.put("max.message.bytes", Integer.toString(ClientProperties.MAX_RECORD_BYTES));
        settings.put("message.timestamp.type", "CreateTime");
        // The time is the decision's, by the writer's clock; Kafka's may differ.
        settings.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        if (config.flushEachWrite()) {
            settings.put("flush.messages", "1");
        }
        if (config.replicationFactor() > 1) {
            settings.put("min.insync.replicas", "2");
        }
        if (shard.retention().isPresent()) {
            settings.put("segment.bytes", Integer.toString(CUT_SEGMENT_BYTES));
        }
        return settings;
    }
}
