package io.shiplog.events.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Settings of the Kafka clients: the differences from Kafka's defaults, with reasons. */
final class ClientProperties {
    /** Above the largest object that the API accepts (3 MiB), with its headers. */
    static final int MAX_RECORD_BYTES = 4 << 20;

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int POINT_FETCH_BYTES = 16 * KIB;
    private static final int POINT_POLL_RECORDS = 32;
    /*
     * What one poll hands over is held at once. Large objects of one letter are compressed to almost nothing, so that limits on what is
     * fetched do not bound it.
     */
    private static final int PAST_POLL_RECORDS = 64;
    private static final int LIVE_POLL_RECORDS = 256;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAST_FETCH_WAIT = Duration.ofMillis(10);

    private final KafkaLogConfig config;

    ClientProperties(KafkaLogConfig config) {
        this.config = config;
    }

    Map<String, Object> admin() {
        Map<String, Object> all = common("admin");
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * millis(REQUEST_TIMEOUT));
        return own(all);
    }

    /** For reading the past. A fetch at the log's end returns soon: the next one, possibly for another position, waits for it. */
    Map<String, Object> pastReader(String shard) {
        Map<String, Object> all = liveReader(shard);
        all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, millis(PAST_FETCH_WAIT));
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PAST_POLL_RECORDS);
        return own(all);
    }

    /** For a few events anywhere: fetches one batch of records, and returns only a few of them. */
    Map<String, Object> pointReader(String shard) {
        Map<String, Object> all = pastReader(shard);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, POINT_FETCH_BYTES);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POINT_POLL_RECORDS);
        return own(all);
    }

    /** No group: a reader reads the whole partition, and keeps its own position. */
    Map<String, Object> liveReader(String shard) {
        Map<String, Object> all = common(shard + "-reader");
        all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // An offset outside the log is an error, not a reason to jump.
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, LIVE_POLL_RECORDS);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MIB);
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_RECORD_BYTES);
        all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * millis(REQUEST_TIMEOUT));
        return own(all);
    }

    /**
     * One request in flight and no lingering: everything that arrives during an append goes into the next one.
     *
     * @param mostBlocking how long a send may wait for the broker's metadata
     */
    Map<String, Object> producer(String shard, Duration mostBlocking) {
        Map<String, Object> all = common(shard + "-writer");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        all.put(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, 1);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * KIB);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * MIB);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, mostBlocking.toMillis());
        int delivery = millis(config.deliveryTimeout());
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(delivery, millis(REQUEST_TIMEOUT)));
        return own(all);
    }

    private Map<String, Object> common(String client) {
        Map<String, Object> all = new HashMap<>();
        all.put("client.id", "shiplog-" + config.cluster() + "-" + client);
        all.put("reconnect.backoff.ms", 50);
        all.put("reconnect.backoff.max.ms", 500);
        all.put("retry.backoff.ms", 50);
        all.put("retry.backoff.max.ms", 500);
        all.put("metric.reporters", "");
        all.put("enable.metrics.push", false);
        return all;
    }

    private Map<String, Object> own(Map<String, Object> all) {
        return config.kafka().with(all);
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
