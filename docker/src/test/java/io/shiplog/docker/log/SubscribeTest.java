package io.shiplog.docker.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.Subscribers;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.pki.ClientFile;
import io.shiplog.docker.process.ChildProcess;
import io.shiplog.docker.process.NodeModules;
import io.shiplog.docker.process.Ports;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page docs/subscribe.md is correct: its examples run here unchanged, on a log with void and foreign records. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SubscribeTest {
    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);
    private static final String CLUSTER = "shiplog";
    private static final TopicPartition TOPIC = new TopicPartition(CLUSTER + ".events", 0);
    private static final Path PAGE = Path.of("..", "docs", "subscribe.md");
    private static final Path NODE_EXAMPLE = Path.of("src", "test", "node");

    @TempDir
    Path directory;

    private EmbeddedBrokerConfig config;
    private EmbeddedBroker broker;
    private KafkaCluster kafka;
    private EventLog log;
    private LogWriter writer;

    /** The programs that the page shows; each takes the broker, the cluster, its bookmark, and what it prints. */
    enum Program {
        JAVA {
            @Override
            ChildProcess start(List<String> arguments) {
                return ChildProcess.start(SubscribeExample.class, arguments);
            }
        },
        NODE {
            @Override
            ChildProcess start(List<String> arguments) throws Exception {
                List<String> command = new ArrayList<>(List.of(
                        NodeModules.installed(NODE_EXAMPLE).resolve(".bin/node").toString(), "subscribe.mjs"));
                command.addAll(arguments);
                return ChildProcess.start(NODE_EXAMPLE, Map.of(), command);
            }
        };

        abstract ChildProcess start(List<String> arguments) throws Exception;
    }

    @BeforeEach
    void openALogInWhichNotEveryRecordCounts() throws Exception {
        config = EmbeddedBrokerConfig.in(directory.resolve("kafka"), TestKeys.pki())
                .withPorts(Ports.free(), Ports.free());
        open();
        Drafts.append(writer, 2);
        claimAgain();
        foreign("/configmaps/shop/late", Map.of("ce_type", TYPE, "ce_epoch", "1", "ce_revision", "3"));
        foreign("/configmaps/shop/bare", Map.of());
        foreign("/configmaps/shop/odd", Map.of("ce_type", TYPE, "ce_epoch", "many", "ce_revision", "x"));
        Drafts.append(writer, 1);
        writer.append(Drafts.draft(
                        4,
                        ObjectKey.of(ResourceType.core("pods"), "shop", "web"),
                        EventType.of("", "pod", "scheduled"),
                        "events/3",
                        "node-1",
                        Json.of("{\"kind\":\"Pod\"}")))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static final String TYPE = "io.shiplog.core.configmap.created.v1";

    private void open() throws Exception {
        broker = EmbeddedBroker.start(config);
        kafka = KafkaCluster.connect(
                KafkaLogConfig.singleBroker(broker.access(), CLUSTER, Optional::empty), Clock.systemUTC());
        log = kafka.open(ShardConfig.events());
        writer = log.claim("", CLAIM_LIMIT);
    }

    private void claimAgain() throws Exception {
        writer = log.claim("", CLAIM_LIMIT);
    }

    @AfterEach
    void close() {
        log.close();
        kafka.close();
        broker.close();
    }

    /** Records of a superseded writer, or a foreign one. */
    private void foreign(String key, Map<String, String> headers) throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>(TOPIC.topic(), 0, key, "{}");
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        Map<String, Object> properties = broker.access().with(Map.of());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
    }

    private ChildProcess start(Program program, String wanted) throws Exception {
        return program.start(List.of(
                subscriber().toString(), CLUSTER, bookmark().toAbsolutePath().toString(), wanted));
    }

    /** The file of a subscriber, as './shiplog subscriber add billing' writes it. */
    private Path subscriber() throws IOException {
        Path file = directory.resolve("billing.properties").toAbsolutePath();
        if (!Files.exists(file)) {
            try (Subscribers subscribers = Subscribers.of(broker.access())) {
                List<String> topics = List.of(CLUSTER + ".events", CLUSTER + ".leases", CLUSTER + ".happenings");
                Map<String, String> settings = new HashMap<>(subscribers.add("billing", topics, TestKeys.pki()));
                settings.put("bootstrap.servers", broker.bootstrap());
                Files.writeString(file, ClientFile.text(settings));
            }
        }
        return file;
    }

    private Path bookmark() {
        return directory.resolve("bookmark");
    }

    private static String created(long revision) {
        return revision + " " + TYPE + " /configmaps/shop/cm-" + revision;
    }

    /** Waits until a program has noted the last event that it was given, and stops it as a power cut would. */
    private void stop(ChildProcess program, long revision) throws Exception {
        String end = "(?s).*\\b" + revision + "\\D*";
        program.await("a bookmark at " + revision, lines -> {
            try {
                return Files.exists(bookmark()) && Files.readString(bookmark()).matches(end);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        program.close();
    }

    @ParameterizedTest
    @EnumSource
    void aProgramPrintsWhatCountsAndGoesOnWhereItStopped(Program program) throws Exception {
        try (ChildProcess first = start(program, "io.shiplog.core.configmap.")) {
            first.awaitLine("3 ");
            stop(first, 4);
            assertEquals(List.of(created(1), created(2), created(3)), first.lines());
        }
        Drafts.append(writer, 2);

        try (ChildProcess second = start(program, "io.shiplog.core.configmap.")) {
            second.awaitLine("6 ");
            assertEquals(List.of(created(5), created(6)), second.lines());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProgramIsToldWhatWasCutAwayAndGoesOnFromTheNextClaim(Program program) throws Exception {
        try (ChildProcess first = start(program, "io.shiplog.")) {
            stop(first, 4);
        }
        Drafts.append(writer, 4);
        cutAllBut(2);
        claimAgain();
        Drafts.append(writer, 1);

        try (ChildProcess second = start(program, "io.shiplog.")) {
            second.awaitLine("9 ");
            assertEquals(List.of("events were cut away after 4", created(9)), second.lines());
        }
    }

    private void cutAllBut(long records) throws Exception {
        try (Admin admin = Admin.create(broker.access().with(Map.of()))) {
            long end = admin.listOffsets(Map.of(TOPIC, org.apache.kafka.clients.admin.OffsetSpec.latest()))
                    .partitionResult(TOPIC)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
            admin.deleteRecords(Map.of(TOPIC, RecordsToDelete.beforeOffset(end - records)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatCannotBeParsedKeepsItsPlace(Program program) throws Exception {
        foreign("/configmaps/shop/cm-5", Map.of("ce_type", TYPE, "ce_epoch", "2", "ce_revision", "5"));
        foreign("/configmaps/shop/cm-6", Map.of("ce_type", TYPE, "ce_epoch", "2", "ce_revision", "6"));

        try (ChildProcess running = start(program, "io.shiplog.core.configmap.")) {
            running.awaitLine("6 ");
            assertEquals(List.of(created(1), created(2), created(3), created(5), created(6)), running.lines());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProgramOutlivesTheBrokersRestart(Program program) throws Exception {
        try (ChildProcess running = start(program, "io.shiplog.core.configmap.")) {
            running.awaitLine("3 ");
            close();
            open();
            Drafts.append(writer, 1);

            running.awaitLine("5 ");
            assertEquals(List.of(created(1), created(2), created(3), created(5)), running.lines());
        }
    }

    @Test
    void kafkasOwnToolPrintsWhatCountsAndGoesOnWhereItStopped() throws Exception {
        String command = block("bash");

        List<String> first = bash(command);
        assertEquals(List.of("Offset:8 2 4 io.shiplog.core.pod.scheduled.v1 /pods/shop/web"), first);

        String resumed = command.replace("offset=earliest epoch=0 revision=0", "offset=2 epoch=1 revision=1")
                .replace("pod", "configmap");
        assertEquals(
                List.of(
                        "Offset:2 1 2 " + TYPE + " /configmaps/shop/cm-2",
                        "Offset:7 2 3 " + TYPE + " /configmaps/shop/cm-3"),
                bash(resumed));
    }

    /** Runs a command of the page with Kafka's tool on the PATH, in the folder of the subscriber's file. */
    private List<String> bash(String command) throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path tool = bin.resolve("kafka-console-consumer.sh");
        Files.writeString(
                tool,
                "#!/bin/sh\nexec %s/bin/java -cp '%s' %s \"$@\" --timeout-ms 5000\n"
                        .formatted(
                                System.getProperty("java.home"),
                                System.getProperty("java.class.path"),
                                ConsoleConsumer.class.getName()));
        assertTrue(tool.toFile().setExecutable(true));
        subscriber();
        Map<String, String> environment =
                Map.of("HOME", directory.toString(), "PATH", bin + ":" + System.getenv("PATH"));
        try (ChildProcess shell =
                ChildProcess.start(directory, environment, List.of("bash", "-c", "{ " + command + "} 2>/dev/null"))) {
            shell.exitValue();
            return shell.lines();
        }
    }

    @Test
    void aConnectorWritesThePodsOnNodesToAFileAndGoesOnWhereItStopped() throws Exception {
        Path out = directory.resolve("pods.jsonl");
        List<String> blocks = blocks("properties");
        Path connector = Files.writeString(
                directory.resolve("pods.properties"), blocks.getFirst().replace("/tmp/pods.jsonl", out.toString()));
        Path worker = Files.writeString(
                directory.resolve("worker.properties"),
                blocks.getLast()
                                .replace(
                                        "/tmp/connect.offsets",
                                        directory.resolve("offsets").toString())
                        + "listeners=http://127.0.0.1:0\nplugin.discovery=service_load\n");
        subscriber();
        bash(connectSettings());
        List<String> arguments = List.of(worker.toString(), connector.toString());

        try (ChildProcess connect = ChildProcess.start(ConnectStandalone.class, arguments)) {
            connect.await("one pod in the file", lines -> lines(out).size() == 1);
            connect.terminate();
            connect.exitValue();
        }
        Drafts.append(writer, 1);
        writer.append(Drafts.draft(
                        6,
                        ObjectKey.of(ResourceType.core("pods"), "shop", "web"),
                        EventType.of("", "pod", "started"),
                        null,
                        "node-1",
                        Json.of("{\"kind\":\"Pod\",\"later\":true}")))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        try (ChildProcess connect = ChildProcess.start(ConnectStandalone.class, arguments)) {
            connect.await("a second pod in the file", lines -> lines(out).size() >= 2);
        }

        assertEquals(List.of("{\"kind\":\"Pod\"}", "{\"kind\":\"Pod\",\"later\":true}"), lines(out));
    }

    /** How the page adds a subscriber's settings to a worker's. */
    private static String connectSettings() throws IOException {
        return Files.readAllLines(PAGE).stream()
                        .filter(line -> line.endsWith(" >> worker.properties`."))
                        .findFirst()
                        .orElseThrow()
                        .replaceAll("^`|`\\.$", "")
                + "; ";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void thePageShowsTheProgramsThatAreRunHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/shiplog/docker/log/SubscribeExample.java"));
        String java = source.substring(
                        source.indexOf("// begin\n") + "// begin\n".length(), source.indexOf("    // end"))
                .replaceAll("(?m)^    ", "");

        assertEquals(java, block("java"), "docs/subscribe.md must show exactly SubscribeExample");
        assertEquals(Files.readString(NODE_EXAMPLE.resolve("subscribe.mjs")), block("js"));
    }

    private static String block(String language) throws IOException {
        return blocks(language).getFirst();
    }

    /** The page's code in a language. */
    private static List<String> blocks(String language) throws IOException {
        String fence = "```" + language + "\n";
        String page = Files.readString(PAGE);
        List<String> blocks = new ArrayList<>();
        for (int at = page.indexOf(fence); at >= 0; at = page.indexOf(fence, at + 1)) {
            blocks.add(page.substring(at + fence.length(), page.indexOf("```", at + fence.length())));
        }
        return blocks;
    }
}
