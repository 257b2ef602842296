package io.shiplog.docker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.KafkaPki;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Secrets from the user's hand to the container, and nowhere else: docs/secrets.md, step by step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretsIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String PASSWORD = "correct-horse-battery-staple";
    private static final String CHANGED = "changed-horse-battery-staple";
    private static final String KEPT = "another-password-that-stays";
    /** In an object that is not encrypted: what proves that the search can find something. */
    private static final String PLANTED = "planted-where-all-may-read-it";

    private static final String IN_MAP = "in-a-configmap-of-this-cluster";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("secrets", 17643, "10.252.0.0/16", "10.142.0.0/16"), 1);
    private String before = "";

    @BeforeAll
    void up() {
        cluster.up("--encrypt", "configmaps");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private String at(String moment) {
        return "https://127.0.0.1:" + cluster.settings().port() + "/at/" + moment;
    }

    private Path keyFile() {
        return cluster.home().resolve("pki").resolve("secrets.key");
    }

    private List<String> bootstrapped(String text) {
        return BrokerFiles.topicsContaining(cluster.kafka(), text);
    }

    @Test
    @Order(1)
    void aContainerSeesThePlainText() {
        cluster.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: db, labels: {app: shop}}
                stringData: {password: %s}
                """.formatted(PASSWORD));
        cluster.kubectl("create", "secret", "generic", "kept", "--from-literal=password=" + KEPT);
        cluster.kubectl("create", "configmap", "map", "--from-literal=text=" + IN_MAP);
        cluster.kubectl("annotate", "namespace", "default", "note=" + PLANTED);
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: reader}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: c
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, 'echo "$PASSWORD" | md5sum; md5sum < /secret/password; sleep 600']
                    env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]
                    volumeMounts: [{name: s, mountPath: /secret}]
                  volumes: [{name: s, secret: {secretName: db}}]
                """);

        String log = cluster.await(
                "both sums",
                SOON,
                () -> cluster.tryKubectl("logs", "reader").out(),
                out -> out.lines().count() == 2);

        String sums = cluster.host("sh", "-c", "echo %s | md5sum; printf %%s %s | md5sum".formatted(PASSWORD, PASSWORD))
                .orFail();
        assertEquals(sums, log);
        cluster.kubectl("delete", "pod", "reader");
    }

    @Test
    @Order(2)
    void subscribersSeeThatThereAreSecretsAndNotWhatTheySay() {
        cluster.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"password\":\"" + CHANGED + "\"}}");

        assertEquals(List.of("secrets.events"), bootstrapped(PLANTED));
        assertEquals(List.of("secrets.events"), bootstrapped("\"name\":\"db\""));
        for (String hidden : List.of(PASSWORD, CHANGED, KEPT, IN_MAP)) {
            assertEquals(List.of(), bootstrapped(hidden));
            assertEquals(List.of(), bootstrapped(base64(hidden)));
        }
        String lines = cluster.shiplog("export").orFail();
        String secret = lines.lines()
                .filter(line -> line.contains("\"key\":\"/secrets/default/db\""))
                .findFirst()
                .orElseThrow();
        assertTrue(secret.contains("\"labels\":{\"app\":\"shop\"}"), secret);
        assertFalse(secret.contains("last-applied") || secret.contains("\"password\""), secret);
        assertTrue(lines.contains("{\"keysof\":\"secrets\",\"key\":\"in-force\",\"with\":"), lines);
        assertTrue(lines.contains(PLANTED), lines);
        for (String hidden : List.of(PASSWORD, CHANGED, KEPT, IN_MAP)) {
            assertFalse(lines.contains(hidden) || lines.contains(base64(hidden)), hidden);
        }
    }

    @Test
    @Order(2)
    void aSubscriberReadsEventsAndNoKeysUntilItIsRemoved(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("billing.properties");
        cluster.shiplog("subscriber", "add", "billing", "--out", file.toString())
                .orFail();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            settings.load(in);
        }
        assertEquals(Set.of("secrets.events", "secrets.leases", "secrets.happenings"), topics(settings));
        assertTrue(cluster.shiplog("subscriber", "list").orFail().startsWith("billing "));
        Shell.Result second = cluster.shiplog("subscriber", "add", "billing", "--out", folder + "/other");
        assertTrue(second.err().contains("subscriber 'billing' already exists"), second.err());

        cluster.shiplog("down").orFail();
        cluster.up();
        assertEquals(settings.get("bootstrap.servers"), cluster.kafka().bootstrap(), "where the subscriber expects it");
        assertEquals(3, topics(settings).size());

        cluster.shiplog("subscriber", "remove", "billing").orFail();
        assertEquals(Set.of(), topics(settings));
        assertEquals("", cluster.shiplog("subscriber", "list").orFail());
    }

    private static Set<String> topics(Properties settings) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.listTopics().keySet();
        }
    }

    @Test
    @Order(3)
    void thePastIsShownToWhoMayReadSecretsToday() {
        before = cluster.kubectl("get", "secret", "db", "-o", "jsonpath={.metadata.resourceVersion}");
        cluster.kubectl("create", "serviceaccount", "curious");
        String token = cluster.kubectl("create", "token", "curious").strip();

        assertEquals(
                base64(CHANGED),
                cluster.kubectl("--server", at(before), "get", "secret", "db", "-o", "jsonpath={.data.password}"));
        String first = cluster.kubectl("--server", at(before), "get", "secret", "db", "-o", "yaml");
        assertTrue(first.contains("last-applied-configuration"), first);
        Shell.Result refused = asked(token);
        assertTrue(refused.out().contains("\"reason\":\"Forbidden\""), refused.out());
        cluster.kubectl("create", "role", "reads", "--verb=get", "--resource=secrets");
        cluster.kubectl("create", "rolebinding", "reads", "--role=reads", "--serviceaccount=default:curious");
        Shell.Result allowed = asked(token);
        assertTrue(allowed.out().contains(base64(CHANGED)), allowed.out());
    }

    /** By curl: kubectl's client certificate would win over the token. */
    private Shell.Result asked(String token) {
        return cluster.host(
                "curl",
                "-sk",
                "-H",
                "Authorization: Bearer " + token,
                at(before) + "/api/v1/namespaces/default/secrets/db");
    }

    @Test
    @Order(4)
    void aRotationChangesNothingForReadersAndOutlivesARestart() throws IOException {
        String old = Files.readString(keyFile());

        String said = cluster.shiplog("keys", "rotate").orFail();

        assertTrue(said.contains("is in force"), said);
        assertNotEquals(old, Files.readString(keyFile()));
        cluster.kubectl("create", "secret", "generic", "later", "--from-literal=password=" + KEPT);
        cluster.shiplog("down").orFail();
        cluster.up();
        for (String name : List.of("kept", "later")) {
            assertEquals(base64(KEPT), cluster.kubectl("get", "secret", name, "-o", "jsonpath={.data.password}"));
        }
        assertEquals(
                base64(CHANGED),
                cluster.kubectl("--server", at(before), "get", "secret", "db", "-o", "jsonpath={.data.password}"));
    }

    @Test
    @Order(5)
    void withoutItsKeyFileTheClusterDoesNotStartAndSaysWhy() throws IOException {
        String right = Files.readString(keyFile());
        cluster.shiplog("down").orFail();
        Files.move(keyFile(), keyFile().resolveSibling("away"));

        Shell.Result missing = cluster.shiplog("up", "-d");
        Files.writeString(keyFile(), "nonsense\n");
        Shell.Result damaged = cluster.shiplog("up", "-d");

        assertNotEquals(0, missing.exitCode());
        assertTrue(
                missing.err().contains(keyFile() + ": put the right file there. Nothing was changed."), missing.err());
        assertFalse(missing.err().contains("\tat "), missing.err());
        assertNotEquals(0, damaged.exitCode());
        assertTrue(damaged.err().contains(keyFile() + " is damaged in line 1"), damaged.err());
        assertEquals("nonsense\n", Files.readString(keyFile()));
        Files.writeString(keyFile(), right);
        Files.delete(keyFile().resolveSibling("away"));
        cluster.up();
    }

    @Test
    @Order(6)
    void whatIsDeletedAndShreddedIsGone() {
        Shell.Result tooEarly = cluster.shiplog("shred", "secret/db", "--yes");
        assertNotEquals(0, tooEarly.exitCode());
        assertTrue(tooEarly.err().contains("secrets \"db\" still exists: delete it first"), tooEarly.err());
        cluster.kubectl("delete", "secret", "db");
        assertEquals(
                base64(CHANGED),
                cluster.kubectl("--server", at(before), "get", "secret", "db", "-o", "jsonpath={.data.password}"));

        String said = cluster.shiplog("shred", "secret/db", "--yes").orFail();

        assertTrue(said.contains("Shredded Secret default/db"), said);
        assertShredded();
        cluster.shiplog("down").orFail();
        cluster.up();
        assertShredded();
        assertEquals(base64(KEPT), cluster.kubectl("get", "secret", "kept", "-o", "jsonpath={.data.password}"));
        assertEquals(IN_MAP, cluster.kubectl("get", "configmap", "map", "-o", "jsonpath={.data.text}"));
        assertTrue(cluster.kubectl("get", "keyrotations").contains("Done"));
    }

    @Test
    @Order(7)
    void whatIsDeletedForGoodIsShreddedInOneStep() {
        cluster.kubectl("create", "secret", "generic", "brief", "--from-literal=password=" + PASSWORD);
        String made = cluster.kubectl("get", "secret", "brief", "-o", "jsonpath={.metadata.resourceVersion}");

        cluster.shiplog("shred", "secret/brief", "--delete", "--yes").orFail();

        assertNotEquals(0, cluster.tryKubectl("get", "secret", "brief").exitCode());
        String past = cluster.kubectl("--server", at(made), "get", "secret", "brief", "-o", "yaml");
        assertTrue(past.contains("shiplog.io/shredded-at: "), past);
        String story = cluster.shiplog("log", "secret/brief").orFail();
        assertTrue(story.contains("created") && story.contains("deleted"), story);
        Shell.Result never = cluster.shiplog("shred", "secret/never-was", "--yes");
        assertNotEquals(0, never.exitCode());
        assertTrue(never.err().contains("the log has no Secret default/never-was"), never.err());
    }

    @Test
    @Order(7)
    void ifOneOfThemHasNoKeyNoneIsDeleted() {
        cluster.kubectl("create", "secret", "generic", "half", "--from-literal=password=" + PASSWORD);
        cluster.kubectl("create", "serviceaccount", "plain");

        Shell.Result refused = cluster.shiplog("shred", "secret/half", "serviceaccount/plain", "--delete", "--yes");

        assertNotEquals(0, refused.exitCode());
        cluster.kubectl("get", "secret/half", "serviceaccount/plain");
        assertFalse(cluster.kubectl("get", "keyrotations").contains("shred-check-"), "a check is left");
        cluster.kubectl("delete", "secret/half", "serviceaccount/plain");
    }

    @Test
    @Order(8)
    void keysThatAreLostAreMissedAtTheStartAndComeBackOutOfABackup(@TempDir Path folder) throws Exception {
        String backup = folder.resolve("backup.json").toString();
        String passphrase = folder.resolve("passphrase").toString();
        String wrong = folder.resolve("wrong").toString();
        Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        Files.writeString(folder.resolve("wrong"), "another horse\n");
        cluster.kubectl("create", "secret", "generic", "doomed", "--from-literal=password=" + PASSWORD);
        String made = cluster.kubectl("get", "secret", "doomed", "-o", "jsonpath={.metadata.resourceVersion}");

        String wrote = cluster.shiplog("keys", "export", backup, "--passphrase-file", passphrase)
                .orFail();
        assertTrue(wrote.contains("data keys and") && wrote.contains("secrets.key"), wrote);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))));
        cluster.shiplog("shred", "secret/doomed", "--delete", "--yes").orFail();
        Shell.Result whileItRuns = cluster.shiplog("keys", "import", backup, "--passphrase-file", passphrase);
        assertTrue(whileItRuns.err().contains("the cluster is running: './shiplog down' first"), whileItRuns.err());

        cluster.shiplog("down").orFail();
        deleteTopics("secrets.keys", "secrets.snapshots");
        Shell.Result started = cluster.tryUp();

        String missed = "secrets: 2): their data keys are missing from the topic secrets.keys";
        assertTrue(started.err().contains(missed), started.err());
        String status = cluster.shiplog("status").orFail();
        assertTrue(status.contains(missed) && status.contains("./shiplog keys import FILE"), status);
        assertTrue(cluster.kubectl("get", "--raw", "/metrics")
                .contains("shiplog_sealed_objects_unreadable{resource=\"secrets\"} 2"));
        String log = Files.readString(cluster.home().resolve("shiplog.log"));
        assertTrue(log.contains("ERROR") && log.contains("the topic secrets.snapshots was missing"), log);
        String lost = cluster.kubectl("get", "secret", "kept", "-o", "yaml");
        assertTrue(lost.contains("shiplog.io/unreadable: ") && !lost.contains("\ndata:"), lost);
        String patched = cluster.tryKubectl("patch", "secret", "kept", "-p", "{\"data\":{\"more\":\"eA==\"}}")
                .err();
        assertTrue(patched.contains("a change would lose its content") && patched.contains("keys import"), patched);
        cluster.kubectl("create", "secret", "generic", "meanwhile", "--from-literal=password=" + KEPT);

        cluster.shiplog("down").orFail();
        Shell.Result refused = cluster.shiplog("keys", "import", backup, "--passphrase-file", wrong);
        assertTrue(refused.err().contains("the passphrase is wrong, or the file was changed"), refused.err());
        Path logKey = keyFile().resolveSibling("log.key");
        Path tokenKey = keyFile().resolveSibling("sa.key");
        Files.delete(tokenKey);
        Files.delete(keyFile().resolveSibling("sa.pub"));
        String refusal = cluster.tryUp().err();
        assertTrue(
                refusal.contains("keys of this cluster are missing") && refusal.contains(tokenKey.toString()), refusal);
        assertTrue(Files.notExists(tokenKey), "a start makes no other");
        Files.delete(logKey);
        String restored = cluster.shiplog("keys", "import", backup, "--passphrase-file", passphrase)
                .orFail();
        assertTrue(restored.contains("3 marked as shredded"), restored);
        assertTrue(restored.contains("Kept " + keyFile()), "rotated since: " + restored);
        assertTrue(restored.contains("Put back " + logKey) && restored.contains("Put back " + tokenKey), restored);
        cluster.up();

        for (String name : List.of("kept", "later", "meanwhile")) {
            assertEquals(base64(KEPT), cluster.kubectl("get", "secret", name, "-o", "jsonpath={.data.password}"));
        }
        assertEquals(IN_MAP, cluster.kubectl("get", "configmap", "map", "-o", "jsonpath={.data.text}"));
        assertFalse(cluster.shiplog("status").orFail().contains("unreadable"));
        assertShredded();
        String past = cluster.kubectl("--server", at(made), "get", "secret", "doomed", "-o", "yaml");
        assertTrue(past.contains("shiplog.io/shredded-at: "), past);
    }

    private void deleteTopics(String... names) throws Exception {
        ShiplogHome home = new ShiplogHome(cluster.home());
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(EmbeddedBrokerConfig.in(home.kafka(), KafkaPki.open(home.kafkaPki())));
                Admin admin = Admin.create(broker.access().with(Map.of()))) {
            admin.deleteTopics(List.of(names)).all().get();
        }
    }

    @Test
    @Order(9)
    void aBranchShowsWhatTheTrunkShowed() {
        cluster.shiplog("branch", "try").orFail();

        for (List<String> each : List.of(List.of("secret", "kept", "password"), List.of("configmap", "map", "text"))) {
            String[] ask = {"get", each.get(0), each.get(1), "-o", "jsonpath={.data." + each.get(2) + "}"};
            String[] inBranch = Stream.concat(Stream.of("--context", "secrets-try"), Stream.of(ask))
                    .toArray(String[]::new);
            assertEquals(cluster.kubectl(ask), cluster.kubectl(inBranch));
        }
        cluster.shiplog("branch", "--delete", "try").orFail();
    }

    @Test
    @Order(10)
    void aCopyOpensWithTheKeyFileAlone(@TempDir Path folder) {
        cluster.shiplog("down").orFail();
        String copy = folder.resolve("copy").toString();
        Path key = folder.resolve("copy").resolve("pki").resolve("secrets.key");

        String said = cluster.shiplog("replay", "--into", copy).orFail();
        Shell.Result without = inCopy(copy, "up -d --nodes 0");
        cluster.host("install", "-D", "-m", "600", keyFile().toString(), key.toString())
                .orFail();
        inCopy(copy, "up -d --nodes 0").orFail();

        try {
            assertTrue(said.contains("install -D -m 600") && said.contains(key.toString()), said);
            assertNotEquals(0, without.exitCode());
            assertTrue(without.err().contains(key + ": put the right file there"), without.err());
            for (String name : List.of("kept", "later")) {
                assertEquals(base64(KEPT), cluster.kubectl("get", "secret", name, "-o", "jsonpath={.data.password}"));
            }
            assertShredded();
            cluster.kubectl("create", "configmap", "still", "--from-literal=text=" + IN_MAP);
            assertEquals(List.of(), BrokerFiles.topicsContaining(ClusterUnderTest.kafka(Path.of(copy)), IN_MAP));
        } finally {
            inCopy(copy, "down").orFail();
        }
    }

    private Shell.Result inCopy(String home, String command) {
        return cluster.host("sh", "-c", "SHIPLOG_HOME=%s %s %s".formatted(home, cluster.script(), command));
    }

    private void assertShredded() {
        String past = cluster.kubectl("--server", at(before), "get", "secret", "db", "-o", "yaml");
        assertTrue(past.contains("shiplog.io/shredded-at: "), past);
        assertTrue(past.contains("app: shop"), past);
        assertFalse(past.contains("\ndata:") || past.contains("last-applied"), past);
    }

    @Test
    @Order(11)
    void noFileOfTheClusterHoldsThePlainText() {
        cluster.shiplog("down").orFail();

        Path kafka = cluster.home().resolve("kafka");
        assertFalse(BrokerFiles.containing(kafka, PLANTED).isEmpty(), "the search finds what is there");
        for (String hidden : List.of(PASSWORD, CHANGED, KEPT, IN_MAP)) {
            for (String form : List.of(hidden, base64(hidden))) {
                assertEquals(List.of(), BrokerFiles.containing(kafka, form));
                assertEquals(
                        "",
                        cluster.host("grep", "-rlaF", form, cluster.home().toString())
                                .out());
            }
        }
    }
}
