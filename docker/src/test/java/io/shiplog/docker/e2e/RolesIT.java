package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The parts as roles of their own against an external Kafka: two command sides, a gateway, a node runner. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolesIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int KAFKA_PORT = 29_092;
    private static final String KAFKA = "127.0.0.1:" + KAFKA_PORT;

    private static final String PLAIN = "said-to-nobody-but-who-may-ask";
    private static final String ENCODED = Base64.getEncoder().encodeToString(PLAIN.getBytes(StandardCharsets.UTF_8));

    /** Nodes are missed soon: they give a sign of life every ten seconds. */
    private static final String WATCHFUL = " --node-monitor-grace-period 15s";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("roles", 17543, "10.249.0.0/16", "10.131.0.0/16"), 1);

    private final Roles roles =
            new Roles(cluster, KAFKA + " --kafka-config " + cluster.home() + "/pki/kafka/client.properties");

    @BeforeAll
    void startTheRoles() {
        roles.background(
                "broker",
                "\"$(" + cluster.script() + " jdk)\"/bin/java -Xmx256m -cp 'target/lib/*' "
                        + "io.shiplog.docker.broker.EmbeddedBrokerMain " + cluster.home() + "/kafka " + cluster.home()
                        + "/pki/kafka 127.0.0.1 "
                        + KAFKA_PORT + " 0");
        cluster.await(
                "the broker listening",
                SOON,
                () -> cluster.host("ss", "-Hlnt", "sport = :" + KAFKA_PORT).out(),
                out -> !out.isBlank());
        roles.start("command-side-1", "command-side --listen 127.0.0.1:17544" + WATCHFUL, "> Command side at");
        roles.start("gateway", "gateway --host 0.0.0.0", "> API at");
        roles.start("node-runner", "node-runner", "> Node started");
        roles.start("command-side-2", "command-side --listen 127.0.0.1:17545" + WATCHFUL, "> Command side at");
    }

    @AfterAll
    void stopTheRoles() {
        // The broker last: roles say good-bye to it.
        roles.stopAll();
        cluster.close();
    }

    private Shell.Result kubectl(String... arguments) {
        return roles.kubectl(arguments);
    }

    @Test
    @Order(1)
    void aPodRunsThroughAllRoles() {
        cluster.await(
                "the node Ready",
                SOON,
                () -> kubectl("get", "nodes", "--no-headers").out(),
                nodes -> nodes.contains(" Ready "));
        kubectl(
                        "run",
                        "hello",
                        "--image=busybox",
                        "--image-pull-policy=IfNotPresent",
                        "--",
                        "sh",
                        "-c",
                        "echo hi; sleep 600")
                .orFail();

        cluster.await(
                "the pod Running",
                SOON,
                () -> kubectl("get", "pod", "hello", "-o", "jsonpath={.status.phase}")
                        .out(),
                phase -> phase.equals("Running"));
        assertEquals("hi\n", kubectl("logs", "hello").orFail());
    }

    @Test
    @Order(2)
    void givenTheWriterIsKilled_thenTheOtherCommandSideTakesOver() {
        kubectl("create", "configmap", "before", "--from-literal=a=1").orFail();
        kubectl("create", "secret", "generic", "before", "--from-literal=a=" + PLAIN)
                .orFail();
        // The writer logs its election; a second member may have taken over when it joined.
        roles.kill(writer());

        cluster.await(
                "a write through the other command side",
                SOON,
                () -> kubectl("create", "configmap", "after", "--from-literal=a=1", "--request-timeout=20s")
                        .err(),
                complaint -> complaint.isBlank() || complaint.contains("AlreadyExists"));

        String maps = kubectl("get", "configmaps", "-o", "name").orFail();
        assertTrue(maps.contains("configmap/before") && maps.contains("configmap/after"), maps);
        assertEquals(ENCODED, value("before"), "the other command side and the gateway have the keys");
        kubectl("create", "secret", "generic", "after", "--from-literal=a=" + PLAIN)
                .orFail();
        assertEquals(ENCODED, value("after"));
        assertEquals(
                List.of(),
                BrokerFiles.topicsContaining(
                        new KafkaAccess(
                                KAFKA,
                                KafkaPki.open(new ShiplogHome(cluster.home()).kafkaPki())
                                        .cluster()),
                        ENCODED));
    }

    private String value(String secret) {
        return kubectl("get", "secret", secret, "-o", "jsonpath={.data.a}").orFail();
    }

    @Test
    @Order(3)
    void givenTheWriterDestroysAKey_thenTheGatewayShowsNothingOfItEither() {
        String at = cluster.server() + "/at/"
                + kubectl("get", "secret", "before", "-o", "jsonpath={.metadata.resourceVersion}")
                        .orFail();

        cluster.shiplog(
                        "shred",
                        "secret/before",
                        "--delete",
                        "--yes",
                        "--kubeconfig",
                        cluster.home().resolve("kubeconfig").toString())
                .orFail();

        cluster.await(
                "the past without what it said",
                SOON,
                () -> kubectl("--server", at, "get", "secret", "before", "-o", "yaml")
                        .orFail(),
                past -> past.contains("shiplog.io/shredded-at") && !past.contains(ENCODED));
        assertEquals(ENCODED, value("after"), "its key is wrapped with the new key-encryption key");
    }

    @Test
    @Order(4)
    void givenANodesRunnerIsKilled_thenTheNodeIsLostAndItsPodsAreReplacedOnAnother() {
        // A second machine, from the cluster's point of view; the first one has the machine's routed network.
        roles.start("node-runner-2", "node-runner --first-node 2 --network bridge", "> Node started");
        awaitReady("node-2", "True");
        roles.apply(SPREAD);
        kubectl("rollout", "status", "deployment/spread", "--timeout=90s").orFail();
        String lost = podOn("node-2");

        roles.kill("node-runner-2");

        awaitReady("node-2", "Unknown");
        cluster.await(
                "the taint",
                SOON,
                () -> kubectl("get", "node", "node-2", "-o", "jsonpath={.spec.taints[*]}")
                        .out(),
                taints -> taints.contains("node.kubernetes.io/unreachable") && taints.contains("NoExecute"));
        cluster.await(
                "the pod of the lost node evicted",
                SOON,
                () -> kubectl("get", lost, "-o", "jsonpath={.metadata.deletionTimestamp}")
                        .out(),
                time -> !time.isBlank());
        cluster.await(
                "two ready pods on the node that is left",
                SOON,
                () -> kubectl("get", "pods", "-l", "app=spread", "--no-headers", "-o", "wide")
                        .out(),
                pods -> pods.lines()
                                .filter(pod -> pod.contains("Running") && pod.contains("node-1"))
                                .count()
                        == 2);
        assertTrue(kubectl("get", "nodes").out().contains("NotReady"));
    }

    private static final String SPREAD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: spread}
            spec:
              replicas: 2
              selector: {matchLabels: {app: spread}}
              template:
                metadata: {labels: {app: spread}}
                spec:
                  terminationGracePeriodSeconds: 1
                  tolerations:
                  - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
                  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
                  topologySpreadConstraints:
                  - maxSkew: 1
                    topologyKey: kubernetes.io/hostname
                    whenUnsatisfiable: ScheduleAnyway
                    labelSelector: {matchLabels: {app: spread}}
                  containers:
                  - name: wait
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sleep, "600"]
            """;

    private void awaitReady(String node, String status) {
        cluster.await(
                node + " Ready=" + status,
                SOON,
                () -> kubectl("get", "node", node, "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}")
                        .out(),
                status::equals);
    }

    private String podOn(String node) {
        return kubectl("get", "pods", "-l", "app=spread", "-o", "name", "--field-selector", "spec.nodeName=" + node)
                .orFail()
                .lines()
                .findFirst()
                .orElseThrow();
    }

    /** The command side with the newest epoch. */
    private String writer() {
        return epoch("command-side-1") > epoch("command-side-2") ? "command-side-1" : "command-side-2";
    }

    private long epoch(String role) {
        return roles.log(role)
                .lines()
                .filter(line -> line.contains("writes the shard events from"))
                .mapToLong(
                        line -> Long.parseLong(line.replaceAll(".*epoch ", "").strip()))
                .max()
                .orElse(0);
    }
}
