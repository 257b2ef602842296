package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.process.ChildProcess;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.log.kafka.WriterElection;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which member is elected, and when another one is. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WriterElectionTest {
    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    private KafkaLogConfig config;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void makeTheTopic() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        config = KafkaLogConfig.singleBroker(broker.access(), name, Optional::empty);
        try (KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            assertEquals("events", log.shard());
        }
    }

    /** How often a member was elected. */
    private static final class Member implements AutoCloseable {
        private final Semaphore elected = new Semaphore(0);
        private final WriterElection election;

        Member(KafkaLogConfig config) {
            election = WriterElection.join(config, elected::release);
        }

        void awaitElected() throws InterruptedException {
            assertTrue(elected.tryAcquire(60, TimeUnit.SECONDS), "never elected");
        }

        int electedSince() {
            return elected.availablePermits();
        }

        @Override
        public void close() {
            election.close();
        }
    }

    /** Waits until so many are in the election and it is settled. */
    private void awaitMembers(int count) throws Exception {
        String group = config.cluster() + ".writers";
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            ConsumerGroupDescription now;
            do {
                now = admin.describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .values()
                        .iterator()
                        .next()
                        .get(30, TimeUnit.SECONDS);
            } while (now.members().size() != count || now.groupState() != GroupState.STABLE);
        }
    }

    @Test
    void whoIsAloneIsElected() throws Exception {
        try (Member only = new Member(config)) {
            only.awaitElected();
        }
    }

    @Test
    void whoJoinsLaterTakesNothingAway() throws Exception {
        try (Member first = new Member(config)) {
            first.awaitElected();
            try (Member second = new Member(config);
                    Member third = new Member(config)) {
                awaitMembers(3);

                assertEquals(0, second.electedSince() + third.electedSince());
            }
            awaitMembers(1);
            assertEquals(0, first.electedSince(), "and was not told again");
        }
    }

    @Test
    void whenTheElectedOneLeavesAnotherIsElected() throws Exception {
        Member first = new Member(config);
        first.awaitElected();
        try (Member second = new Member(config)) {
            awaitMembers(2);
            first.close();

            second.awaitElected();
        }
    }

    @Test
    void whenTheElectedOneDiesAnotherIsElected() throws Exception {
        try (ChildProcess first = ChildProcess.start(
                ElectionMain.class, List.of(broker.bootstrap(), TestKeys.folder(), config.cluster()))) {
            first.awaitLine("ELECTED");
            try (Member second = new Member(config)) {
                awaitMembers(2);
                first.kill();

                second.awaitElected();
            }
        }
    }

    /** A member in a separate process: prints {@code ELECTED} each time it is elected. */
    static final class ElectionMain {
        private ElectionMain() {}

        public static void main(String[] args) throws InterruptedException {
            KafkaLogConfig config =
                    KafkaLogConfig.singleBroker(TestKeys.access(args[0], args[1]), args[2], Optional::empty);
            try (WriterElection election = WriterElection.join(config, () -> System.out.println("ELECTED"))) {
                new CountDownLatch(1).await();
                System.out.println(election);
            }
        }
    }
}
