package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.process.Ports;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets into the broker, and what each may do there: the attacks that once forged events and deleted topics. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokerAccessTest {
    private static final String EVENTS = "sec.events";
    private static final String KEYS = "sec.keys";
    private static final List<String> TOPICS = List.of(EVENTS, "sec.leases", "sec.happenings");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private EmbeddedBrokerConfig config;
    private EmbeddedBroker broker;
    private Map<String, String> subscriber;

    @BeforeAll
    void givenABrokerWithALog() throws Exception {
        config = EmbeddedBrokerConfig.in(directory.resolve("kafka"), TestKeys.pki())
                .withPorts(Ports.free(), Ports.free());
        broker = EmbeddedBroker.start(config);
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            admin.createTopics(List.of(
                            topic(EVENTS), topic("sec.leases"), topic("sec.happenings"), topic(KEYS), topic("other")))
                    .all()
                    .get();
        }
        append(broker.access(), EVENTS);
        append(broker.access(), KEYS);
        subscriber = add("billing");
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, 1, (short) 1);
    }

    private Map<String, String> add(String name) {
        try (Subscribers subscribers = Subscribers.of(broker.access())) {
            return subscribers.add(name, TOPICS, TestKeys.pki());
        }
    }

    private KafkaAccess as(Map<String, String> settings) {
        return new KafkaAccess(broker.bootstrap(), settings);
    }

    private static void append(KafkaAccess access, String topic) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                access.with(Map.of("max.block.ms", "10000", "enable.idempotence", "false")),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, "key", "value")).get(20, TimeUnit.SECONDS);
        }
    }

    private static KafkaConsumer<String, String> consumer(KafkaAccess access) {
        return new KafkaConsumer<>(
                access.with(Map.of("auto.offset.reset", "earliest", "default.api.timeout.ms", "10000")),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static String read(KafkaConsumer<String, String> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        var records = consumer.poll(SOON);
        return records.isEmpty() ? "" : records.iterator().next().value();
    }

    /** What a future fails with. */
    private static Throwable failure(Future<?> future) {
        return Objects.requireNonNull(assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS))
                .getCause());
    }

    /** As the attacks do first: what topics are there? */
    private static Throwable failureToConnect(KafkaAccess access) {
        Map<String, String> limits = Map.of("default.api.timeout.ms", "8000", "request.timeout.ms", "4000");
        try (Admin admin = Admin.create(access.with(limits))) {
            return failure(admin.listTopics().names());
        }
    }

    @Test
    @Order(1)
    void givenNoCertificate_thenThereIsNoConnection() throws Exception {
        Map<String, String> bare = new HashMap<>(subscriber);
        bare.keySet().removeIf(setting -> setting.startsWith("ssl.keystore"));

        assertInstanceOf(SslAuthenticationException.class, failureToConnect(as(bare)));
        assertInstanceOf(
                org.apache.kafka.common.errors.TimeoutException.class,
                failureToConnect(KafkaAccess.plaintext(broker.bootstrap())));
    }

    /** What a pod with hostNetwork sent: ApiVersions, in plain text. The controller's port is asked too. */
    @Test
    @Order(2)
    void givenAPlainRequest_thenNoListenerAnswersIt() throws Exception {
        byte[] apiVersions = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, (byte) 0xff, (byte) 0xff};
        for (int port : List.of(config.port(), config.controllerPort())) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) SOON.toMillis());
                socket.getOutputStream().write(apiVersions);

                byte[] answer = socket.getInputStream().readNBytes(12);

                assertTrue(answer.length < 12 || ByteBuffer.wrap(answer).getInt(4) != 7, "answered by Kafka");
            }
        }
    }

    @Test
    @Order(3)
    void givenACertificateOfTheApi_thenThereIsNoConnection() throws Exception {
        ClusterPki api = ClusterPki.open(directory.resolve("pki"), "sec");
        for (Identity identity : List.of(
                Identity.admin(),
                Identity.gatewayClient(),
                Identity.commandSide(List.of("localhost")),
                Identity.node("node-1"),
                Identity.nodeServer("node-1"))) {
            assertInstanceOf(
                    SslAuthenticationException.class, failureToConnect(as(certified(api, identity))), identity.user());
        }
    }

    private Map<String, String> certified(ClusterPki api, Identity identity) throws IOException {
        api.identify(identity);
        Map<String, String> settings = new HashMap<>(subscriber);
        settings.put("ssl.keystore.certificate.chain", Files.readString(api.certificate(identity)));
        settings.put("ssl.keystore.key", Files.readString(api.key(identity)));
        return settings;
    }

    /** Of the broker's own authority, as all that is issued for clients, but granted nothing. */
    @Test
    @Order(4)
    void givenACertificateThatIsGrantedNothing_thenItSeesAndDoesNothing() throws Exception {
        KafkaAccess nobody = as(TestKeys.pki().issue("shiplog", "00"));

        try (Admin admin = Admin.create(nobody.with(Map.of()))) {
            assertEquals(Set.of(), admin.listTopics().names().get(20, TimeUnit.SECONDS));
            assertInstanceOf(
                    TopicAuthorizationException.class,
                    failure(admin.deleteTopics(List.of(KEYS)).all()));
        }
        try (KafkaConsumer<String, String> consumer = consumer(nobody)) {
            assertThrows(TopicAuthorizationException.class, () -> read(consumer, EVENTS));
        }
        assertInstanceOf(
                TopicAuthorizationException.class,
                assertThrows(ExecutionException.class, () -> append(nobody, EVENTS))
                        .getCause());
    }

    @Test
    @Order(5)
    void aSubscriberReadsEventsAloneAndInGroupsOfItsOwn() throws Exception {
        try (KafkaConsumer<String, String> consumer = consumer(as(subscriber))) {
            assertEquals("value", read(consumer, EVENTS));
            assertEquals(Set.copyOf(TOPICS), consumer.listTopics().keySet());
        }
        Map<String, String> grouped = new HashMap<>(subscriber);
        grouped.put("group.id", "billing.eu");
        try (KafkaConsumer<String, String> consumer = consumer(as(grouped))) {
            consumer.subscribe(List.of(EVENTS));
            assertEquals(1, consumer.poll(SOON).count());
            consumer.commitSync();
        }
    }

    @Test
    @Order(6)
    void aSubscriberNeitherWritesNorDeletesNorReadsKeysNorGrants() throws Exception {
        KafkaAccess access = as(subscriber);

        assertInstanceOf(
                TopicAuthorizationException.class,
                assertThrows(ExecutionException.class, () -> append(access, EVENTS))
                        .getCause());
        try (KafkaConsumer<String, String> consumer = consumer(access)) {
            assertThrows(TopicAuthorizationException.class, () -> read(consumer, KEYS));
        }
        Map<String, String> grouped = new HashMap<>(subscriber);
        grouped.put("group.id", "sec.writers");
        try (KafkaConsumer<String, String> consumer = consumer(as(grouped))) {
            consumer.subscribe(List.of(EVENTS));
            assertThrows(AuthorizationException.class, () -> consumer.poll(SOON));
        }
        try (Admin admin = Admin.create(access.with(Map.of()))) {
            List<Future<?>> forbidden = List.of(
                    admin.deleteTopics(List.of(EVENTS)).all(),
                    admin.deleteTopics(List.of(KEYS)).all(),
                    admin.createTopics(List.of(topic("mine"))).all(),
                    admin.deleteRecords(Map.of(new TopicPartition(EVENTS, 0), RecordsToDelete.beforeOffset(1)))
                            .all(),
                    admin.deleteConsumerGroups(List.of("sec.writers")).all(),
                    admin.describeAcls(AclBindingFilter.ANY).values(),
                    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all());
            for (Future<?> each : forbidden) {
                assertInstanceOf(AuthorizationException.class, failure(each));
            }
        }
    }

    @Test
    @Order(7)
    void aNameIsGivenOnceAndMustBeOne() {
        assertThrows(IllegalStateException.class, () -> add("billing"));
        for (String name : List.of("", "CN=shiplog", "a,O=x", "Billing", "-a", "a".repeat(64))) {
            assertThrows(IllegalArgumentException.class, () -> add(name), name);
        }
    }

    @Test
    @Order(8)
    void aRemovedSubscriberReadsNoMore_evenOnItsOpenConnectionOrUnderANewLifeOfItsName() throws Exception {
        Map<String, String> eager = new HashMap<>(subscriber);
        eager.put("fetch.max.wait.ms", "1");
        try (KafkaConsumer<String, String> open = consumer(as(eager));
                Subscribers subscribers = Subscribers.of(broker.access())) {
            assertEquals("value", read(open, EVENTS));
            add("shipping");

            subscribers.remove("billing");

            append(broker.access(), EVENTS);
            assertThrows(TopicAuthorizationException.class, () -> {
                while (true) {
                    assertEquals(0, open.poll(Duration.ofMillis(100)).count());
                }
            });
            assertEquals(
                    List.of("shipping"),
                    subscribers.list().stream()
                            .map(Subscribers.Subscriber::name)
                            .toList());
            assertThrows(IllegalStateException.class, () -> subscribers.remove("billing"));
        }
        Map<String, String> again = add("billing");
        restart();

        try (KafkaConsumer<String, String> old = consumer(as(subscriber));
                KafkaConsumer<String, String> now = consumer(as(again))) {
            assertThrows(KafkaException.class, () -> read(old, EVENTS));
            assertEquals("value", read(now, EVENTS));
        }
    }

    private void restart() {
        broker.close();
        broker = EmbeddedBroker.start(config);
    }

    /** A client must detect another server that took the port while the broker was down. */
    @Test
    @Order(9)
    void aSubscribersCertificateDoesNotPassForTheBrokers() throws Exception {
        Path own = directory.resolve("impostor");
        Map<String, String> lured = TestKeys.pki().issue("localhost", "01");
        EmbeddedBroker impostor = EmbeddedBroker.start(
                EmbeddedBrokerConfig.in(own, io.shiplog.docker.pki.KafkaPki.open(directory.resolve("other-pki"))));
        try (impostor) {
            assertInstanceOf(
                    SslAuthenticationException.class, failureToConnect(new KafkaAccess(impostor.bootstrap(), lured)));
        }
        assertEquals(
                List.of("1.3.6.1.5.5.7.3.2"),
                certificate(lured).getExtendedKeyUsage(),
                "a client's certificate serves nobody");
    }

    private static java.security.cert.X509Certificate certificate(Map<String, String> settings) throws Exception {
        byte[] pem = String.valueOf(settings.get("ssl.keystore.certificate.chain"))
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return (java.security.cert.X509Certificate) java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(pem));
    }
}
