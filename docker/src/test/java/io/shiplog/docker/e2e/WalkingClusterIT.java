package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The README's walk: two nodes, nginx and mysql, a service by name, restarts, scaling, rollouts, a crash, the past. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WalkingClusterIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration START_OF_A_DATABASE = Duration.ofMinutes(3);
    private static final int LOAD = 2_000;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("walk", 17443, "10.248.0.0/16", "10.130.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
        leftovers().forEach(line -> assertEquals("", line, "left behind after down"));
    }

    private List<String> leftovers() {
        String containers = cluster.host("docker", "ps", "-aq", "--filter", "label=io.shiplog.cluster=walk")
                .orFail();
        String tables = lines(cluster.host("nft", "list", "tables").orFail(), "walk");
        String links = lines(cluster.host("ip", "-o", "link").orFail(), "walk");
        String rules = lines(cluster.host("iptables-save").orFail(), "cluster=walk");
        String processes = lines(cluster.host("ps", "-eo", "args").orFail(), "--cluster walk");
        return List.of(containers.strip(), tables, links, rules, processes);
    }

    private static String lines(String text, String containing) {
        return String.join(
                "\n", text.lines().filter(l -> l.contains(containing)).toList());
    }

    @Test
    @Order(1)
    void bothNodesAreReady() {
        String nodes = cluster.kubectl("get", "nodes", "--no-headers");

        assertEquals(2, nodes.lines().filter(line -> line.contains(" Ready ")).count(), nodes);
        assertTrue(cluster.kubectl("version").contains("v1.36."), "the server's version");
    }

    @Test
    @Order(2)
    void nginxRunsWithTwoReplicas() {
        cluster.kubectl("create", "-f", "examples/nginx.yaml");

        String pods = cluster.await(
                "two nginx pods Running",
                SOON,
                () -> cluster.kubectl("get", "po", "-o", "wide", "--no-headers"),
                out -> out.lines().filter(l -> l.contains(" Running ")).count() == 2);

        assertTrue(pods.lines().allMatch(line -> line.contains("10.248.")), "each with an address: " + pods);
    }

    @Test
    @Order(3)
    void theHostReachesTheNodePort() {
        String port = cluster.kubectl("get", "svc", "nginx", "-o", "jsonpath={.spec.ports[0].nodePort}");

        cluster.await(
                "nginx at its NodePort",
                SOON,
                () -> cluster.host("curl", "-s", "--max-time", "3", "http://127.0.0.1:" + port)
                        .out(),
                page -> page.contains("nginx"));
    }

    @Test
    @Order(4)
    void aPodReachesTheServiceByName() {
        cluster.kubectl(
                "run",
                "client",
                "--image=busybox",
                "--image-pull-policy=IfNotPresent",
                "--restart=Never",
                "--",
                "sh",
                "-c",
                "wget -q -O - http://nginx.default.svc.cluster.local && wget -q -O - http://nginx");

        cluster.await(
                "the client done",
                SOON,
                () -> cluster.kubectl("get", "pod", "client", "-o", "jsonpath={.status.phase}"),
                phase -> phase.equals("Succeeded"));

        assertTrue(cluster.kubectl("logs", "client").contains("nginx"));
    }

    @Test
    @Order(5)
    void mysqlRuns() {
        cluster.kubectl("create", "-f", "examples/mysql.yaml");

        cluster.kubectl("wait", "--for=condition=Ready", "pod/mysql", "--timeout=170s");

        assertTrue(cluster.kubectl("describe", "pod", "mysql").contains("Started container"));
        assertTrue(START_OF_A_DATABASE.toSeconds() > 170);
    }

    @Test
    @Order(6)
    void aKilledContainerIsRestarted() {
        String id = cluster.kubectl("get", "pod", "mysql", "-o", "jsonpath={.status.containerStatuses[0].containerID}");
        cluster.host("docker", "kill", id.replace("docker://", "")).orFail();

        cluster.await(
                "RESTARTS 1",
                SOON,
                () -> cluster.kubectl(
                        "get", "pod", "mysql", "-o", "jsonpath={.status.containerStatuses[0].restartCount}"),
                count -> count.equals("1"));
        cluster.kubectl("delete", "pod", "mysql", "--grace-period=1");
    }

    @Test
    @Order(7)
    void aReplicationControllerIsScaled() {
        cluster.kubectl("scale", "rc", "nginx", "--replicas=3");

        cluster.await(
                "three ready",
                SOON,
                () -> cluster.kubectl("get", "rc", "nginx", "-o", "jsonpath={.status.readyReplicas}"),
                ready -> ready.equals("3"));

        cluster.kubectl("scale", "rc", "nginx", "--replicas=1");
        cluster.await(
                "one pod",
                SOON,
                () -> cluster.kubectl("get", "po", "-l", "app=nginx", "--no-headers"),
                pods -> pods.lines().count() == 1);
    }

    @Test
    @Order(8)
    void aDeploymentRollsOutAndBack() {
        cluster.kubectl("apply", "-f", "examples/deployment.yaml");
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=90s");
        String first = image();

        cluster.kubectl("set", "image", "deployment/web", "web=nginx:1.27");
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=90s");
        assertNotEquals(first, image());
        assertTrue(cluster.kubectl("rollout", "history", "deployment/web").contains("2"));

        cluster.kubectl("rollout", "undo", "deployment/web");
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=90s");
        assertEquals(first, image());
    }

    private String image() {
        return cluster.kubectl("get", "deploy", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}");
    }

    @Test
    @Order(9)
    void thePastIsServed() {
        cluster.kubectl("create", "configmap", "gone", "--from-literal=a=1");
        String before = Instant.now().toString();
        cluster.kubectl("delete", "configmap", "gone");

        String server = "https://127.0.0.1:" + cluster.settings().port() + "/at/" + before;
        String then = cluster.kubectl("--server", server, "get", "configmap", "gone", "-o", "jsonpath={.data.a}");
        assertEquals("1", then);
        assertFalse(cluster.kubectl("get", "cm").contains("gone"));

        Shell.Result write = cluster.tryKubectl("--server", server, "delete", "configmap", "gone");
        assertNotEquals(0, write.exitCode());
        assertTrue(write.err().contains("MethodNotAllowed") || write.err().contains("read-only"), write.err());
    }

    @Test
    @Order(10)
    void aCrashUnderLoadLosesNothing() {
        String containers = containers();
        String script = "for i in $(seq " + LOAD + "); do kubectl create configmap load-$i --from-literal=i=$i "
                + ">/dev/null && echo $i; done";
        // In the background; the numbers that it prints are the acknowledged ones.
        cluster.host("bash", "-c", "(" + script + ") > " + cluster.home() + "/acknowledged 2>/dev/null & echo started")
                .orFail();
        cluster.await(
                "some writes",
                SOON,
                () -> cluster.host("sh", "-c", "wc -l < " + cluster.home() + "/acknowledged")
                        .out(),
                count -> Integer.parseInt(count.strip()) > 20);

        cluster.host("kill", "-9", Long.toString(cluster.pid())).orFail();
        cluster.host("pkill", "-f", "create configmap load-");
        cluster.host("pkill", "-f", "seq " + LOAD);
        cluster.up();

        String there = cluster.kubectl("get", "cm", "-o", "name");
        List<String> acknowledged = cluster.host("cat", cluster.home() + "/acknowledged")
                .orFail()
                .lines()
                .toList();
        assertEquals(
                List.of(),
                acknowledged.stream()
                        .filter(i -> there.lines().noneMatch(("configmap/load-" + i)::equals))
                        .toList());
        assertEquals(containers, containers(), "containers were not touched");
    }

    private String containers() {
        String ids = cluster.host("docker", "ps", "-q", "--no-trunc", "--filter", "label=io.shiplog.cluster=walk")
                .orFail();
        return String.join(" ", Arrays.stream(ids.split("\n")).sorted().toList());
    }

    @Test
    @Order(11)
    void theLogTellsTheStory() {
        String story = cluster.shiplog("log").orFail();

        assertTrue(story.lines().anyMatch(l -> l.contains("scheduled") && l.contains("pod default/client")), story);
        assertTrue(story.lines().anyMatch(l -> l.contains("deleted") && l.contains("configmap default/gone")), story);
    }
}
