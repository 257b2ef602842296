package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.process.ThreeBrokers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A command side and a gateway against a Kafka of three brokers, of which one dies, then two, then all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeBrokersIT {
    private static final String EVENTS = "three.events";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("three", 17643, "10.250.0.0/16", "10.132.0.0/16"), 0);
    private ThreeBrokers kafka;
    private Roles roles;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        kafka = ThreeBrokers.start(cluster.home());
        roles = new Roles(cluster, kafka.bootstrap());
        roles.start("command-side", "command-side --listen 127.0.0.1:17644", "> Command side at");
        roles.start("gateway", "gateway --host 127.0.0.1", "> API at");
        api = new Api(cluster);
    }

    @AfterAll
    void stop() throws Exception {
        api.close();
        roles.stopAll();
        kafka.close();
        cluster.close();
    }

    @Test
    @Order(1)
    void theLogHasThreeCopiesOfWhichTwoMustBeWritten() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            ConfigResource settings = new ConfigResource(ConfigResource.Type.TOPIC, EVENTS);
            Config config = only(admin.describeConfigs(List.of(settings)).values());

            assertEquals(3, events(admin).replicas().size());
            assertEquals("2", config.get("min.insync.replicas").value());
        }
    }

    /** The one partition of the log. */
    private static TopicPartitionInfo events(Admin admin) throws Exception {
        return only(admin.describeTopics(List.of(EVENTS)).topicNameValues())
                .partitions()
                .getFirst();
    }

    private static <T> T only(Map<?, KafkaFuture<T>> asked) throws Exception {
        return asked.values().iterator().next().get();
    }

    private int leader() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            return events(admin).leader().id();
        }
    }

    @Test
    @Order(2)
    void givenLoad_whenTheLeadingBrokerIsKilled_thenWritesGoOnAndNoneIsLost() throws Exception {
        int victim = leader();
        try (Writes writes = Writes.begin(api, "one")) {
            writes.awaitAcknowledged(100);
            kafka.kill(victim);
            writes.awaitAcknowledged(100);
            kafka.start(victim);
            writes.awaitAcknowledged(100);
            writes.close();

            assertEquals(Set.of(), missing(writes.acknowledged()));
        }
    }

    private Set<String> missing(Set<String> acknowledged) throws Exception {
        Set<String> missing = new TreeSet<>(acknowledged);
        missing.removeAll(api.configMaps());
        return missing;
    }

    @Test
    @Order(3)
    void givenLoad_whenTwoBrokersAreKilled_thenWritesAreRefusedUntilTheyAreBackAndNoneIsLost() throws Exception {
        int survivor = leader();
        int[] victims = java.util.stream.IntStream.rangeClosed(1, 3)
                .filter(id -> id != survivor)
                .toArray();
        try (Writes writes = Writes.begin(api, "two")) {
            writes.awaitAcknowledged(50);
            kafka.kill(victims);
            writes.awaitRefused(1);

            Api.Answer refusal = writes.refused().getLast();
            assertEquals(503, refusal.code(), refusal.toString());
            assertEquals("ServiceUnavailable", refusal.reason());
            assertTrue(refusal.message().contains("log"), refusal.message());
            assertTrue(api.configMapsFromMemory().containsAll(writes.acknowledged()), "reads go on");

            kafka.start(victims);
            writes.awaitAcknowledged(50);
            writes.close();
            assertEquals(Set.of(), missing(writes.acknowledged()));
        }
    }

    @Test
    @Order(4)
    void givenAllBrokersAreGone_whenTheRolesGetSigterm_thenTheyStop() throws Exception {
        kafka.close();

        roles.stop(List.of("command-side", "gateway"));
    }
}
