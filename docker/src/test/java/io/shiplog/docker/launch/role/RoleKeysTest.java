package io.shiplog.docker.launch.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.Shiplog;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.LogKeys;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A role on a machine to which not all keys were copied does not start, and makes none. */
class RoleKeysTest {
    private static final String CLUSTER = "shiplog";

    @TempDir
    private static Path directory;

    @TempDir
    private Path folder;

    private static EmbeddedBroker broker;
    private static ShiplogHome first;

    private ShiplogHome home;

    /** A log of a cluster, and the home in which its first command side made the keys. */
    @BeforeAll
    static void makeTheCluster() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory.resolve("kafka"), TestKeys.pki()));
        first = new ShiplogHome(directory.resolve("first"));
        ClusterPki.open(first.pki(), CLUSTER);
        KafkaLogConfig config = new LogKeys(first.logKeyFile())
                .openOrMake(KafkaLogConfig.singleBroker(broker.access(), CLUSTER, Optional::empty));
        try (KafkaCluster kafka = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = kafka.open(ShardConfig.events())) {
            log.claim("", Duration.ofSeconds(30));
        }
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @BeforeEach
    void copyTheKeys() throws IOException {
        home = new ShiplogHome(folder.resolve("home"));
        Files.createDirectories(home.pki());
        try (Stream<Path> keys = Files.list(first.pki())) {
            for (Path key : keys.toList()) {
                Files.copy(key, home.pki().resolve(key.getFileName().toString()));
            }
        }
    }

    private String start(String role) {
        StringWriter err = new StringWriter();
        String[] words = {
            role,
            "--home",
            home.folder().toString(),
            "--kafka",
            broker.bootstrap(),
            "--kafka-config",
            TestKeys.pki().clientFile().toString()
        };
        int code = Shiplog.commandLine(words).setErr(new PrintWriter(err, true)).execute(words);
        assertEquals(1, code, err::toString);
        return err.toString();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(home.pki())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    static Stream<Arguments> aRoleWithoutOneOfItsKeys() {
        return Stream.of(
                Arguments.of("gateway", List.of("ca.crt", "ca.key")),
                Arguments.of("gateway", List.of("sa.key", "sa.pub")),
                Arguments.of("gateway", List.of("admin.token")),
                Arguments.of("gateway", List.of("ca.key")),
                Arguments.of("command-side", List.of("ca.crt", "ca.key")),
                Arguments.of("command-side", List.of("sa.key", "sa.pub")),
                Arguments.of("command-side", List.of("log-signing.key")),
                Arguments.of("command-side", List.of("log-signing.key", "log-signing.pub")),
                Arguments.of("node-runner", List.of("ca.crt", "ca.key")));
    }

    @ParameterizedTest
    @MethodSource
    void aRoleWithoutOneOfItsKeys(String role, List<String> missing) throws IOException {
        for (String name : missing) {
            Files.delete(home.pki().resolve(name));
        }
        List<String> before = files();

        String refusal = start(role);

        assertTrue(refusal.startsWith("shiplog: keys of this cluster are missing:"), refusal);
        missing.forEach(
                name -> assertTrue(refusal.contains(home.pki().resolve(name).toString()), refusal));
        assertEquals(before, files());
    }

    /** It used to make an authority first, which the next start, with log.key, took for the cluster's. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway", "command-side", "node-runner"})
    void aRoleWithoutAnyKeyMakesNone(String role) throws IOException {
        for (String name : files()) {
            Files.delete(home.pki().resolve(name));
        }

        String refusal = start(role);

        assertTrue(refusal.contains("has MACs made with a key that is not in " + home.logKeyFile()), refusal);
        assertEquals(List.of(), files());
    }
}
