package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.Replication;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.log.kafka.WriterElection;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.kafka.KafkaKeyStore;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSegmentStore;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ACLs that docs/subscribe.md gives the roles on an external Kafka are enough, and only a command side writes with them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RoleAccessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CLUSTER = "shop";
    private static final String TOPICS = CLUSTER + ".";

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private KafkaAccess commandSide;
    private KafkaAccess gateway;

    @BeforeEach
    void givenTheAclsOfTheDocuments() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
        commandSide = new KafkaAccess(broker.bootstrap(), TestKeys.pki().issue("command-side", "01"));
        gateway = new KafkaAccess(broker.bootstrap(), TestKeys.pki().issue("gateway", "02"));
        String writes = KafkaPki.subscriber("command-side", "01");
        String reads = KafkaPki.subscriber("gateway", "02");
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            admin.createAcls(List.of(
                            topics(writes, AclOperation.READ),
                            topics(writes, AclOperation.WRITE),
                            topics(writes, AclOperation.CREATE),
                            topics(writes, AclOperation.DELETE),
                            acl(
                                    writes,
                                    new ResourcePattern(ResourceType.GROUP, CLUSTER + ".writers", PatternType.LITERAL),
                                    AclOperation.READ),
                            topics(reads, AclOperation.READ),
                            cluster(writes),
                            cluster(reads)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static AclBinding topics(String principal, AclOperation operation) {
        return acl(principal, new ResourcePattern(ResourceType.TOPIC, TOPICS, PatternType.PREFIXED), operation);
    }

    private static AclBinding cluster(String principal) {
        return acl(
                principal,
                new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL),
                AclOperation.DESCRIBE);
    }

    private static AclBinding acl(String principal, ResourcePattern pattern, AclOperation operation) {
        return new AclBinding(pattern, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    private static KafkaLogConfig config(KafkaAccess access) {
        return KafkaLogConfig.external(access, CLUSTER, Replication.fitting(access));
    }

    @Test
    void aCommandSideWritesAndAGatewayReadsAllAndWritesNothing() throws Exception {
        KafkaLogConfig writing = config(commandSide);
        try (KafkaCluster kafka = KafkaCluster.connect(writing, Clock.systemUTC());
                EventLog log = kafka.open(ShardConfig.events())) {
            KafkaStoreConfig stores = KafkaStoreConfig.beside(writing);
            KafkaKeyStore.open(writing).write(List.of(new KeyRecord.Unused("one")));
            KafkaSnapshotStore.open(stores).close();
            new KafkaKeyframeStore(stores).contents();
            new KafkaSegmentStore(stores).load("events");
            awaitElection(writing);
            LogWriter writer = log.claim("", LIMIT);
            List<Event> written = Drafts.append(writer, 3);

            KafkaLogConfig reading = config(gateway);
            try (KafkaCluster other = KafkaCluster.connect(reading, Clock.systemUTC());
                    EventLog read = other.open(ShardConfig.events())) {
                List<Event> all = new ArrayList<>();
                read.read(0, Long.MAX_VALUE, all::addAll);
                assertEquals(written, all);
                assertEquals(3L, read.end().toCompletableFuture().get(30, TimeUnit.SECONDS));
                List<KeyRecord> keys = new ArrayList<>();
                KafkaKeyStore.open(reading).read(0, keys::add);
                assertEquals(List.of(new KeyRecord.Unused("one")), keys);
                KafkaStoreConfig beside = KafkaStoreConfig.beside(reading);
                assertEquals(Map.of(), KafkaSnapshotStore.open(beside).load());
                assertTrue(new KafkaKeyframeStore(beside).contents().isEmpty());
                assertEquals(Map.of(), new KafkaSegmentStore(beside).load("events"));

                assertThrows(LogUnavailableException.class, () -> read.claim("", Duration.ofSeconds(2)));
                assertThrows(
                        LogUnavailableException.class,
                        () -> KafkaKeyStore.open(reading).write(List.of(new KeyRecord.Unused("two"))));
            }
            for (String topic : List.of("events", "keys", "snapshots")) {
                assertInstanceOf(
                        TopicAuthorizationException.class,
                        assertThrows(ExecutionException.class, () -> append(gateway, TOPICS + topic))
                                .getCause());
            }
            Drafts.append(writer, 1);
        }
    }

    private static void awaitElection(KafkaLogConfig config) throws InterruptedException {
        CountDownLatch elected = new CountDownLatch(1);
        try (WriterElection election = WriterElection.join(config, elected::countDown)) {
            assertTrue(elected.await(30, TimeUnit.SECONDS), election + " elects no one");
        }
    }

    private static void append(KafkaAccess access, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                access.with(Map.of("enable.idempotence", "false")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[0])).get(20, TimeUnit.SECONDS);
        }
    }
}
