package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/** Who looks after nodes: cordon, drain, uncordon and taint of unmodified kubectl, and pods that must give way to others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodesIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("nodes", 18643, "10.236.0.0/16", "10.143.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private static String pod(String name, String more) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME, labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 0
                  MORE
                  containers:
                  - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "1000"]}
                """.replace("NAME", name).replace("MORE", more);
    }

    /** A pod that asks for more than half of a node's processors, so that no node holds two. */
    private static String large(Kubectl kubectl, String name, String more) {
        String cores = kubectl.run("get", "node", "node-1", "-o", "jsonpath={.status.allocatable.cpu}");
        return pod(name, more)
                .replace(
                        "command:",
                        "resources: {requests: {cpu: %dm}}, command:".formatted(Integer.parseInt(cores) * 600));
    }

    private static List<String> nodesOf(Kubectl kubectl, String selector) {
        return kubectl.run("get", "pods", "-l", selector, "-o", "jsonpath={.items[*].spec.nodeName}")
                .lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
    }

    @Test
    @Order(1)
    void aDrainedNodeIsEmptyAndItsPodsRunElsewhere() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "drain");
        kubectl.run("create", "deployment", "web", "--image=nginx:1.27", "--replicas=4");
        kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
        assertTrue(nodesOf(kubectl, "app=web").contains("node-1"), "some of four pods run on each node");

        String drained = kubectl.run("drain", "node-1", "--ignore-daemonsets", "--timeout=60s");

        assertTrue(drained.contains("node/node-1 drained"), drained);
        kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
        assertFalse(nodesOf(kubectl, "app=web").contains("node-1"), "none is there, none came back");
        String node = cluster.kubectl("get", "node", "node-1", "--no-headers");
        assertTrue(node.contains("Ready,SchedulingDisabled"), node);
        String log = cluster.shiplog("log", "pods", "-n", "drain").orFail();
        assertTrue(log.contains("evicted: "), log);
        assertFalse(log.contains("Succeeded→") || log.contains("Failed→"), "no pod leaves its last phase: " + log);
    }

    @Test
    @Order(2)
    void aPodWithoutOwnerIsNotDrainedUnlessForced() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "bare");
        cluster.kubectl("uncordon", "node-1");
        kubectl.feed(pod("bare", "nodeSelector: {kubernetes.io/hostname: node-1}"), "create", "-f", "-");
        kubectl.run("wait", "pod/bare", "--for=condition=Ready", "--timeout=90s");

        String refusal = kubectl.refused("drain", "node-1", "--ignore-daemonsets", "--timeout=60s");
        String still = kubectl.run("get", "pod", "bare", "-o", "jsonpath={.status.phase}");
        String forced = kubectl.run("drain", "node-1", "--ignore-daemonsets", "--force", "--timeout=60s");

        assertTrue(refusal.contains("cannot delete Pods that declare no controller"), refusal);
        assertEquals("Running", still);
        assertTrue(forced.contains("node/node-1 drained"), forced);
        assertTrue(kubectl.refused("get", "pod", "bare").contains("NotFound"), "evicted for good");
    }

    @Test
    @Order(3)
    void aCordonedNodeGetsNoPodUntilItIsUncordoned() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "cordon");
        kubectl.feed(pod("picky", "nodeSelector: {kubernetes.io/hostname: node-1}"), "create", "-f", "-");

        cluster.await(
                "why it does not fit",
                SOON,
                () -> kubectl.run("describe", "pod", "picky"),
                text -> text.contains("1 node(s) were unschedulable"));
        cluster.kubectl("uncordon", "node-1");

        kubectl.run("wait", "pod/picky", "--for=condition=Ready", "--timeout=90s");
    }

    @Test
    @Order(4)
    void aTaintEvictsWhoDoesNotTolerateIt() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "taint");
        String here = "nodeSelector: {kubernetes.io/hostname: node-1}";
        kubectl.feed(pod("leaves", here), "create", "-f", "-");
        kubectl.feed(
                pod("stays", here + "\n  tolerations: [{key: repair, operator: Exists, effect: NoExecute}]"),
                "create",
                "-f",
                "-");
        kubectl.run("wait", "pod/leaves", "pod/stays", "--for=condition=Ready", "--timeout=90s");

        cluster.kubectl("taint", "node", "node-1", "repair=now:NoExecute");

        kubectl.run("wait", "pod/leaves", "--for=delete", "--timeout=90s");
        assertEquals("Running", kubectl.run("get", "pod", "stays", "-o", "jsonpath={.status.phase}"));
        cluster.kubectl("taint", "node", "node-1", "repair-");
    }

    @Test
    @Order(5)
    void whoMattersMoreGetsTheRoomOfOneWhoMattersLess() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "preempt");
        cluster.kubectl("create", "priorityclass", "urgent", "--value=1000");
        kubectl.feed(large(kubectl, "first", ""), "create", "-f", "-");
        kubectl.feed(large(kubectl, "second", ""), "create", "-f", "-");
        kubectl.run("wait", "pod/first", "pod/second", "--for=condition=Ready", "--timeout=90s");

        kubectl.feed(large(kubectl, "also", ""), "create", "-f", "-");
        kubectl.feed(large(kubectl, "urgent", "priorityClassName: urgent"), "create", "-f", "-");

        kubectl.run("wait", "pod/urgent", "--for=condition=Ready", "--timeout=90s");
        cluster.await(
                "one of the two gone",
                SOON,
                () -> kubectl.run("get", "pods", "-o", "name"),
                names -> names.contains("pod/first") != names.contains("pod/second"));
        String equal = kubectl.run("describe", "pod", "also");
        assertTrue(equal.contains("preemption: 0/2 nodes are available: 2 No preemption victims found"), equal);
        assertTrue(kubectl.run("get", "events").contains("Preempted by pod"), "the victim's Event");
    }

    @Test
    @Order(6)
    void aRunningClusterGetsANodeMoreAndItsPodsNoticeNothing() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "grow");
        kubectl.run("create", "deployment", "web", "--image=nginx:1.27", "--replicas=2");
        kubectl.run("rollout", "status", "deployment/web", "--timeout=90s");
        String before = kubectl.run("get", "pods", "-o", CONTAINERS);

        String said = said(cluster.shiplog("up", "--nodes", "3"));

        assertTrue(said.contains("3 nodes ready"), said);
        assertEquals("node-1 node-2 node-3", cluster.kubectl("get", "nodes", "-o", NAMES));
        assertEquals(before, kubectl.run("get", "pods", "-o", CONTAINERS));
        kubectl.feed(pod("third", "nodeSelector: {kubernetes.io/hostname: node-3}"), "create", "-f", "-");
        kubectl.run("wait", "pod/third", "--for=condition=Ready", "--timeout=90s");
    }

    @Test
    @Order(7)
    void afterACrashTheNodesThereWereComeBack() {
        String before = web(SANDBOXES);
        cluster.host("kill", "-9", Long.toString(cluster.pid())).orFail();
        cluster.await(
                "that the process crashed",
                SOON,
                () -> cluster.shiplog("status").out(),
                text -> text.contains("crashed or was killed"));

        cluster.shiplog("up", "-d").orFail();

        String ready = cluster.kubectl("get", "nodes", "--no-headers");
        assertEquals(3, ready.lines().filter(line -> line.contains(" Ready ")).count(), ready);
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "after");
        for (int node = 1; node <= 3; node++) {
            String pod = "after-" + node;
            kubectl.feed(
                    pod(pod, "nodeSelector: {kubernetes.io/hostname: node-%d}".formatted(node)), "create", "-f", "-");
            kubectl.run("wait", "pod/" + pod, "--for=condition=Ready", "--timeout=90s");
        }
        assertEquals(before, web(SANDBOXES), "sandboxes that still run");
    }

    @Test
    @Order(8)
    void fewerNodesAreDrainedFirstAndAPodThatWouldBeLostIsNot() {
        Shell.Result refused = cluster.shiplog("up", "--nodes", "2");

        assertTrue(
                refused.exitCode() != 0 && refused.err().contains("have no controller and would be lost"),
                refused.err());
        assertTrue(refused.err().contains("pod grow/third"), refused.err());
        assertEquals("node-1 node-2 node-3", cluster.kubectl("get", "nodes", "-o", NAMES));

        String said = said(cluster.shiplog("up", "--nodes", "2", "--force"));

        assertTrue(said.contains("Node node-3 removed"), said);
        assertEquals("node-1 node-2", cluster.kubectl("get", "nodes", "-o", NAMES));
        assertTrue(cluster.tryKubectl("get", "pod", "third", "-n", "grow").err().contains("NotFound"));
    }

    @Test
    @Order(9)
    void aStopOfTheClusterIsInItsLogAndPodsSayWhyTheyRestarted() {
        cluster.kubectl("delete", "pods", "-n", "after", "--all");

        cluster.shiplog("down").orFail();
        cluster.shiplog("up", "-d").orFail();

        cluster.await(
                "both pods restarted and ready",
                SOON,
                () -> cluster.kubectl("get", "pods", "-n", "grow", "-l", "app=web", "--no-headers"),
                pods -> pods.lines()
                                .filter(line -> line.matches("\\S+ +1/1 +Running +1 .*"))
                                .count()
                        == 2);
        String pod = web("jsonpath={.items[0].metadata.name}");
        assertEquals(
                "ContainerStatusUnknown",
                web("jsonpath={.items[0].status.containerStatuses[0].lastState.terminated.reason}"));
        String node = web("jsonpath={.items[0].spec.nodeName}");
        String stopped =
                cluster.shiplog("log", "node/" + node, "--what", "unready").orFail();
        assertTrue(stopped.contains(node), stopped);
        String restarted = cluster.shiplog("log", "pod/" + pod, "-n", "grow", "--what", "restarted")
                .orFail();
        assertTrue(restarted.contains(pod), restarted);
        String why = cluster.shiplog("why", "pod/" + pod, "-n", "grow").orFail();
        assertTrue(why.contains("restarted; its last run was lost when node " + node + " stopped (#"), why);
    }

    private String web(String output) {
        return cluster.kubectl("get", "pods", "-n", "grow", "-l", "app=web", "-o", output);
    }

    /** The progress of a command that succeeded. */
    private static String said(Shell.Result result) {
        result.orFail();
        return result.err();
    }

    private static final String NAMES = "jsonpath={.items[*].metadata.name}";
    private static final String SANDBOXES =
            "jsonpath={.items[*].status.conditions[?(@.type==\"PodReadyToStartContainers\")].lastTransitionTime}";
    private static final String CONTAINERS = "jsonpath={.items[*].status.containerStatuses[*].containerID}";
}
