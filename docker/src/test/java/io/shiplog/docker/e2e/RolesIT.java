package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
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

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("roles", 17543, "10.249.0.0/16", "10.131.0.0/16"), 1);

    @BeforeAll
    void startTheRoles() {
        background(
                "broker",
                "\"$(" + cluster.script() + " jdk)\"/bin/java -Xmx256m -cp 'target/lib/*' "
                        + "io.shiplog.docker.broker.EmbeddedBrokerMain " + cluster.home() + "/kafka 127.0.0.1 "
                        + KAFKA_PORT + " 0");
        cluster.await(
                "the broker listening",
                SOON,
                () -> cluster.host("ss", "-Hlnt", "sport = :" + KAFKA_PORT).out(),
                out -> !out.isBlank());
        role("command-side-1", "command-side --listen 127.0.0.1:17544");
        awaitSaid("command-side-1", "> Command side at");
        role("gateway", "gateway --host 0.0.0.0");
        awaitSaid("gateway", "> API at");
        role("node-runner", "node-runner");
        awaitSaid("node-runner", "> Node started");
        role("command-side-2", "command-side --listen 127.0.0.1:17545");
        awaitSaid("command-side-2", "> Command side at");
    }

    @AfterAll
    void stopTheRoles() {
        // The broker last: roles say good-bye to it.
        for (String role : List.of("node-runner", "gateway", "command-side-1", "command-side-2", "broker")) {
            stop(role);
        }
        cluster.close();
    }

    private void stop(String role) {
        String pid =
                cluster.host("cat", cluster.home() + "/" + role + ".pid").out().strip();
        cluster.host("kill", pid);
        cluster.await(
                role + " gone",
                SOON,
                () -> cluster.host("ps", "-o", "args=", "-p", pid).out(),
                String::isBlank);
    }

    private void role(String name, String command) {
        ClusterSettings settings = cluster.settings();
        background(
                name,
                "%s %s --kafka %s --kafka-replication 1 --home %s --cluster %s --port %d --pod-cidr %s --service-cidr %s"
                        .formatted(
                                cluster.script(),
                                command,
                                KAFKA,
                                cluster.home(),
                                settings.cluster(),
                                settings.port(),
                                settings.podCidr(),
                                settings.serviceCidr()));
    }

    private void background(String name, String command) {
        cluster.host(
                        "bash",
                        "-c",
                        "setsid bash -c 'exec %s' > %s/%s.log 2>&1 < /dev/null & echo $! > %s/%s.pid"
                                .formatted(command.replace("'", "'\\''"), cluster.home(), name, cluster.home(), name))
                .orFail();
    }

    private void awaitSaid(String role, String line) {
        cluster.await(
                role + " says " + line,
                SOON,
                () -> cluster.host("cat", cluster.home() + "/" + role + ".log").out(),
                log -> log.contains(line));
    }

    private Shell.Result kubectl(String... arguments) {
        List<String> command =
                new java.util.ArrayList<>(List.of("kubectl", "--kubeconfig", cluster.home() + "/kubeconfig"));
        command.addAll(List.of(arguments));
        return cluster.shell().run(ClusterUnderTest.LONG, null, command);
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
        // Whoever writes says so; a second member of the election may have taken over when it joined.
        cluster.host("bash", "-c", "kill -9 $(cat " + cluster.home() + "/" + writer() + ".pid)")
                .orFail();

        cluster.await(
                "a write through the other command side",
                SOON,
                () -> kubectl("create", "configmap", "after", "--from-literal=a=1", "--request-timeout=20s")
                        .err(),
                complaint -> complaint.isBlank() || complaint.contains("AlreadyExists"));

        String maps = kubectl("get", "configmaps", "-o", "name").orFail();
        assertTrue(maps.contains("configmap/before") && maps.contains("configmap/after"), maps);
    }

    /** The command side with the newest epoch. */
    private String writer() {
        return epoch("command-side-1") > epoch("command-side-2") ? "command-side-1" : "command-side-2";
    }

    private long epoch(String role) {
        return cluster.host("cat", cluster.home() + "/" + role + ".log")
                .out()
                .lines()
                .filter(line -> line.contains("writes the shard events from"))
                .mapToLong(
                        line -> Long.parseLong(line.replaceAll(".*epoch ", "").strip()))
                .max()
                .orElse(0);
    }
}
