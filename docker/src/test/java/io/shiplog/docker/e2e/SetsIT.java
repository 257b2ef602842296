package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** StatefulSets with their data, and DaemonSets on nodes that come, with real containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SetsIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    /** Writes its data once, and serves it under the name that the governing Service gives it. */
    private static final String DB = """
            apiVersion: v1
            kind: Service
            metadata: {name: db}
            spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              replicas: 2
              serviceName: db
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, "test -f /data/id || echo $(hostname) $RANDOM $(date +%s%N) > /data/id; httpd -f -p 80 -h /data"]
                    volumeMounts: [{name: data, mountPath: /data}]
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
            """;

    private static final String AGENT = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "1000"]}
            """;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("sets", 18663, "10.222.0.0/16", "10.149.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Kubectl in(String namespace) {
        return Kubectl.in(cluster, namespace);
    }

    private static void rolledOut(Kubectl kubectl, String what) {
        kubectl.run("rollout", "status", what, "--timeout=90s");
    }

    /** What a pod serves of its volume, asked for by the pod's own name from another pod. */
    private String data(Kubectl kubectl, int ordinal) {
        String name = "client-" + ordinal + "-" + System.nanoTime();
        String url = "http://db-%d.db.%s.svc.cluster.local/id".formatted(ordinal, kubectl.namespace());
        kubectl.run(
                "run",
                name,
                "--image=busybox",
                "--image-pull-policy=IfNotPresent",
                "--restart=Never",
                "--",
                "sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8 9; do wget -qO- " + url + " && exit 0; sleep 1; done; exit 1");
        kubectl.run("wait", "pod/" + name, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s");
        return kubectl.run("logs", name).strip();
    }

    private static List<String> lines(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    @Test
    @Order(1)
    void theDataOfAStatefulSetIsThereAfterItWasScaledAway() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "data");
        kubectl.apply(DB);
        rolledOut(kubectl, "statefulset/db");
        String first = data(kubectl, 1);
        String uid = kubectl.field("pod/db-1", ".metadata.uid");
        assertTrue(first.startsWith("db-1 "), first);
        assertTrue(
                cluster.shiplog("why", "statefulset/db", "-n", "data").orFail().startsWith("All 2 pods are available"));

        kubectl.run("scale", "statefulset/db", "--replicas=0");
        kubectl.run("wait", "pod/db-0", "pod/db-1", "--for=delete", "--timeout=90s");
        assertEquals(List.of("Bound", "Bound"), lines(kubectl.field("pvc", ".items[*].status.phase")));
        kubectl.run("scale", "statefulset/db", "--replicas=2");
        rolledOut(kubectl, "statefulset/db");

        assertNotEquals(uid, kubectl.field("pod/db-1", ".metadata.uid"));
        assertEquals(first, data(kubectl, 1));
        assertTrue(
                cluster.shiplog("why", "pvc/data-db-1", "-n", "data").orFail().startsWith("Bound to volume pvc-"));
    }

    @Test
    @Order(2)
    void aRolloutOfAStatefulSetIsUndone() {
        Kubectl kubectl = in("data");
        String before = kubectl.field("statefulset/db", ".status.currentRevision");
        kubectl.run("set", "env", "statefulset/db", "COLOR=blue");
        rolledOut(kubectl, "statefulset/db");
        assertNotEquals(before, kubectl.field("statefulset/db", ".status.currentRevision"));
        assertTrue(kubectl.run("rollout", "history", "statefulset/db").contains("2"));

        String undone = kubectl.run("rollout", "undo", "statefulset/db");
        rolledOut(kubectl, "statefulset/db");

        assertTrue(undone.contains("rolled back"), undone);
        assertEquals(before, kubectl.field("statefulset/db", ".status.currentRevision"));
        assertEquals(
                List.of("2", "3"),
                lines(kubectl.field("controllerrevisions", ".items[*].revision")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    @Order(3)
    void aVolumeGoesWithItsClaimAndItsFolderWithTheVolume() {
        Kubectl kubectl = in("data");
        String volume = kubectl.field("pvc/data-db-1", ".spec.volumeName");
        String found =
                cluster.host("find", cluster.home().toString(), "-name", volume).orFail();
        assertFalse(found.isBlank());

        kubectl.run("delete", "statefulset", "db", "--wait");
        kubectl.run("wait", "pod/db-0", "pod/db-1", "--for=delete", "--timeout=90s");
        kubectl.run("delete", "pvc", "data-db-1", "--timeout=60s");
        kubectl.run("wait", "pv/" + volume, "--for=delete", "--timeout=60s");

        assertEquals(
                "",
                cluster.host("find", cluster.home().toString(), "-name", volume).orFail());
        assertEquals("Bound", kubectl.field("pvc/data-db-0", ".status.phase"));
    }

    @Test
    @Order(4)
    void aDaemonSetRunsOnANodeThatComes() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "daemons");
        kubectl.apply(AGENT);
        rolledOut(kubectl, "daemonset/agent");
        assertEquals(List.of("node-1"), lines(kubectl.field("pods", ".items[*].spec.nodeName")));

        cluster.shiplog("up", "--nodes", "2").orFail();
        cluster.await(
                "a pod on each node",
                SOON,
                () -> kubectl.field("daemonset/agent", ".status.numberAvailable"),
                count -> count.equals("2"));

        assertEquals(
                new TreeSet<>(List.of("node-1", "node-2")),
                new TreeSet<>(lines(kubectl.field("pods", ".items[*].spec.nodeName"))));
        String pod = kubectl.run(
                "get", "pods", "--field-selector=spec.nodeName=node-2", "-o", "jsonpath={.items[0].metadata.name}");
        String why = cluster.shiplog("why", "pod/" + pod, "-n", "daemons").orFail();
        assertTrue(why.contains(" node node-2 "), why);
        assertTrue(cluster.shiplog("why", "daemonset/agent", "-n", "daemons")
                .orFail()
                .startsWith("Runs on all 2 nodes"));
    }

    @Test
    @Order(5)
    void aRolloutOfADaemonSetIsUndone() {
        Kubectl kubectl = in("daemons");
        kubectl.run("set", "env", "daemonset/agent", "COLOR=blue");
        rolledOut(kubectl, "daemonset/agent");

        kubectl.run("rollout", "undo", "daemonset/agent");
        rolledOut(kubectl, "daemonset/agent");

        assertEquals("", kubectl.field("daemonset/agent", ".spec.template.spec.containers[0].env"));
        assertEquals("2", kubectl.field("daemonset/agent", ".status.updatedNumberScheduled"));
    }

    @Test
    @Order(6)
    void aNodeGoesAlthoughADaemonSetWantsToRunThere() {
        Kubectl kubectl = in("daemons");

        cluster.shiplog("up", "--nodes", "1").orFail();

        assertEquals(
                "node/node-1", cluster.kubectl("get", "nodes", "-o", "name").strip());
        cluster.await(
                "one pod",
                SOON,
                () -> kubectl.field("pods", ".items[*].spec.nodeName"),
                nodes -> nodes.equals("node-1"));
        assertEquals(
                "",
                cluster.host(
                                "docker",
                                "ps",
                                "-q",
                                "--filter",
                                "label=io.shiplog.cluster=sets",
                                "--filter",
                                "label=io.shiplog.node=node-2")
                        .orFail()
                        .strip());
    }
}
