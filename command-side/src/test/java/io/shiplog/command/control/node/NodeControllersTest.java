package io.shiplog.command.control.node;

import static io.shiplog.command.control.view.Types.LEASES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NodeControllersTest {
    private static final Duration GRACE = Duration.ofSeconds(40);
    private static final ObjectKey POD = ObjectKey.of(PODS, "shop", "pod");

    private final FakeCluster cluster = new FakeCluster();

    private void givenNode(String name) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},"spec":{},
                "status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"%s"}]}}""".formatted(name, cluster.now()));
        cluster.given(LEASES, """
                {"kind":"Lease","metadata":{"name":"%s","namespace":"kube-node-lease"},"spec":{"renewTime":"%s"}}""".formatted(name, cluster.now()));
    }

    private void givenPod(String tolerations) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"pod","namespace":"shop"},
                "spec":{"nodeName":"a","tolerations":%s},
                "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""".formatted(tolerations));
    }

    private void run() {
        cluster.run(new NodeLifecycle(GRACE));
        cluster.run(new TaintEviction());
        cluster.settle();
    }

    /** Nodes run for a while; only these send heartbeats. */
    private void pass(int seconds, String... alive) {
        for (int passed = 0; passed < seconds; passed += 10) {
            for (String node : alive) {
                cluster.change(
                        ObjectKey.of(LEASES, "kube-node-lease", node),
                        "",
                        "{\"spec\":{\"renewTime\":\"" + cluster.now() + "\"}}");
            }
            cluster.pass(Duration.ofSeconds(Math.min(10, seconds - passed)));
        }
    }

    private ObjectNode node(String name) {
        return Objects.requireNonNull(cluster.tree(ObjectKey.clusterScoped(NODES, name)));
    }

    private JsonNode ready(String name) {
        return Conditions.find(node(name).at("/status/conditions"), "Ready");
    }

    private TreeSet<String> taints(String name) {
        TreeSet<String> taints = new TreeSet<>();
        node(name)
                .at("/spec/taints")
                .forEach(taint -> taints.add(
                        taint.path("key").asText() + ":" + taint.path("effect").asText()));
        return taints;
    }

    private static TreeSet<String> both(String key) {
        return new TreeSet<>(List.of(key + ":NoSchedule", key + ":NoExecute"));
    }

    @Test
    void aNodeWhoseLeaseIsRenewedIsLeftAlone() {
        givenNode("a");
        run();
        pass(300, "a");
        assertEquals("True", ready("a").path("status").asText());
        assertEquals(0, cluster.sent().size());
    }

    @Test
    void aSilentNodeIsUnknownAndTaintedAndItsPodsAreNotReady() {
        givenNode("a");
        givenNode("b");
        givenPod("[]");
        run();
        pass(39, "b");
        assertEquals("True", ready("a").path("status").asText());
        pass(2, "b");
        assertEquals("Unknown", ready("a").path("status").asText());
        assertEquals("NodeStatusUnknown", ready("a").path("reason").asText());
        assertEquals(
                "Kubelet stopped posting node status.",
                ready("a").path("message").asText());
        assertEquals(both(NodeTaints.UNREACHABLE), taints("a"));
        assertEquals(
                List.of("Node a status is now: NodeNotReady"),
                cluster.eventMessages("NodeNotReady").stream()
                        .filter(told -> told.startsWith("Node a"))
                        .toList());
    }

    @Test
    void podsOfALostNodeAreEvictedAfterTheirToleration() {
        givenNode("a");
        givenNode("b");
        givenPod(
                "[{\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}]");
        run();
        pass(60, "b");
        ObjectNode pod = Objects.requireNonNull(cluster.tree(POD));
        assertEquals(
                "False",
                Conditions.find(pod.at("/status/conditions"), "Ready")
                        .path("status")
                        .asText());
        assertFalse(pod.path("metadata").has("deletionTimestamp"));
        pass(300, "b");
        pod = Objects.requireNonNull(cluster.tree(POD));
        assertTrue(pod.path("metadata").has("deletionTimestamp"));
        assertTrue(Conditions.has(pod.at("/status/conditions"), "DisruptionTarget", "True"));
        assertEquals(List.of("Marking for deletion Pod shop/pod"), cluster.eventMessages("TaintManagerEviction"));
    }

    @Test
    void aNodeThatComesBackLosesItsTaintsAndKeepsItsPods() {
        givenNode("a");
        givenNode("b");
        givenPod("[{\"operator\":\"Exists\",\"tolerationSeconds\":300}]");
        run();
        pass(100, "b");
        cluster.change(ObjectKey.clusterScoped(NODES, "a"), "status", """
                {"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"%s"}]}}""".formatted(cluster.now()));
        pass(600, "a", "b");
        assertTrue(taints("a").isEmpty());
        assertFalse(Objects.requireNonNull(cluster.tree(POD)).path("metadata").has("deletionTimestamp"));
    }

    @Test
    void whenNoNodeIsReadyNoPodIsEvicted() {
        givenNode("a");
        givenPod("[]");
        run();
        pass(1000);
        assertEquals(new TreeSet<>(List.of("node.kubernetes.io/unreachable:NoSchedule")), taints("a"));
        assertFalse(Objects.requireNonNull(cluster.tree(POD)).path("metadata").has("deletionTimestamp"));
    }

    /** The nodes were shut down one after the other, and the controllers with them: an old taint is left. */
    @Test
    void whenAClusterStartsAgainATaintOfItsStopEvictsNoPod() {
        givenNode("a");
        givenPod("[" + tolerating("node.kubernetes.io/not-ready", 300) + "]");
        cluster.change(
                ObjectKey.clusterScoped(NODES, "a"),
                "status",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
        taint(
                "[{\"key\":\"node.kubernetes.io/not-ready\",\"effect\":\"NoExecute\",\"timeAdded\":\"2020-01-01T00:00:00Z\"}]");

        cluster.run(new TaintEviction());
        cluster.settle();

        assertFalse(evictedWithin(Duration.ofSeconds(30)));
    }

    @Test
    void aControllerThatStartsLateGivesNodesTheirTime() {
        givenNode("a");
        cluster.pass(Duration.ofHours(1));
        run();
        pass(30);
        assertEquals("True", ready("a").path("status").asText());
        pass(20);
        assertEquals("Unknown", ready("a").path("status").asText());
    }

    @Test
    void cordonAndPressuresAreTaintsAndTheUsersStay() {
        givenNode("a");
        run();
        cluster.change(
                ObjectKey.clusterScoped(NODES, "a"),
                "",
                "{\"spec\":{\"unschedulable\":true,\"taints\":[{\"key\":\"mine\",\"effect\":\"NoSchedule\"}]}}");
        cluster.change(ObjectKey.clusterScoped(NODES, "a"), "status", """
                {"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"True"}]}}""");
        cluster.settle();
        assertEquals(
                new TreeSet<>(List.of(
                        "mine:NoSchedule",
                        "node.kubernetes.io/disk-pressure:NoSchedule",
                        "node.kubernetes.io/unschedulable:NoSchedule")),
                taints("a"));
    }

    @Test
    void aUsersTaintDrivesOutWhoDoesNotTolerateItAtOnce() {
        givenNode("a");
        givenPod("[]");
        run();
        cluster.change(
                ObjectKey.clusterScoped(NODES, "a"),
                "",
                "{\"spec\":{\"taints\":[{\"key\":\"mine\",\"effect\":\"NoExecute\"}]}}");
        cluster.settle();
        assertTrue(Objects.requireNonNull(cluster.tree(POD)).path("metadata").has("deletionTimestamp"));
    }

    private void taint(String taints) {
        cluster.change(ObjectKey.clusterScoped(NODES, "a"), "", "{\"spec\":{\"taints\":" + taints + "}}");
    }

    private boolean evictedWithin(Duration time) {
        cluster.pass(time);
        return Objects.requireNonNull(cluster.tree(POD)).path("metadata").has("deletionTimestamp");
    }

    private static final String MINE = "[{\"key\":\"mine\",\"effect\":\"NoExecute\"}]";

    private static String tolerating(String key, int seconds) {
        return "{\"key\":\"%s\",\"operator\":\"Exists\",\"tolerationSeconds\":%d}".formatted(key, seconds);
    }

    @Test
    void aTolerationCountsFromTheNewestTime() {
        givenNode("a");
        givenPod("[" + tolerating("mine", 20) + "]");
        run();
        taint(MINE);
        assertFalse(evictedWithin(Duration.ofSeconds(8)));
        taint("null");
        cluster.pass(Duration.ofSeconds(5));
        taint(MINE);
        assertFalse(evictedWithin(Duration.ofSeconds(20)), "20 s after the second taint, not after the first");
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void aRemovedTaintEvictsNoPod() {
        givenNode("a");
        givenPod("[" + tolerating("mine", 20) + "]");
        run();
        taint(MINE);
        cluster.pass(Duration.ofSeconds(8));
        taint("null");
        assertFalse(evictedWithin(Duration.ofHours(1)));
    }

    @Test
    void aPodThatComesLaterHasItsWholeToleration() {
        givenNode("a");
        run();
        taint(MINE);
        cluster.pass(Duration.ofSeconds(22));
        givenPod("[" + tolerating("mine", 15) + "]");
        assertFalse(evictedWithin(Duration.ofSeconds(15)));
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void aPodThatWaitedForItsNodeCountsFromItsBinding() {
        givenNode("a");
        run();
        taint(MINE);
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"pod","namespace":"shop"},
                "spec":{"tolerations":[%s]}}""".formatted(tolerating("mine", 15)));
        cluster.pass(Duration.ofSeconds(60));
        cluster.change(POD, "status", """
                {"status":{"conditions":[{"type":"PodScheduled","status":"True","lastTransitionTime":"%s"}]}}""".formatted(cluster.now()));
        cluster.change(POD, "", "{\"spec\":{\"nodeName\":\"a\"}}");
        assertFalse(evictedWithin(Duration.ofSeconds(15)));
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void aListOfTaintsWithoutTimesChangesNothing() {
        givenNode("a");
        givenPod("[" + tolerating("mine", 20) + "]");
        run();
        taint(MINE);
        cluster.pass(Duration.ofSeconds(15));
        taint("[{\"key\":\"mine\",\"effect\":\"NoExecute\"},{\"key\":\"other\",\"effect\":\"NoSchedule\"}]");
        assertFalse(evictedWithin(Duration.ofSeconds(5)));
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void aRestartNeitherHastensNorDelaysAnEviction() {
        givenNode("a");
        givenPod("[" + tolerating("mine", 20) + "]");
        Driven eviction = cluster.run(new TaintEviction());
        taint(MINE);
        cluster.pass(Duration.ofSeconds(15));
        eviction.restart();
        assertFalse(evictedWithin(Duration.ofSeconds(5)));
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void ofSeveralTaintsTheOneThatIsToleratedShortestEvicts() {
        givenNode("a");
        givenPod("[{\"key\":\"ever\",\"operator\":\"Exists\"}," + tolerating("mine", 5) + "]");
        run();
        taint("[{\"key\":\"ever\",\"effect\":\"NoExecute\"}]");
        assertFalse(evictedWithin(Duration.ofHours(1)));
        taint("[{\"key\":\"ever\",\"effect\":\"NoExecute\"},{\"key\":\"mine\",\"effect\":\"NoExecute\"}]");
        assertFalse(evictedWithin(Duration.ofSeconds(5)));
        assertTrue(evictedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void ofSeveralTolerationsOfATaintTheFirstCounts() {
        givenNode("a");
        givenPod("[{\"key\":\"mine\",\"operator\":\"Exists\"}," + tolerating("mine", 5) + "]");
        run();
        taint(MINE);
        assertFalse(evictedWithin(Duration.ofHours(1)));
    }

    @Test
    void aTolerationThatIsAddedInTimeKeepsThePod() {
        givenNode("a");
        givenPod("[" + tolerating("mine", 20) + "]");
        run();
        taint(MINE);
        cluster.pass(Duration.ofSeconds(10));
        cluster.change(POD, "", "{\"spec\":{\"tolerations\":[{\"key\":\"mine\",\"operator\":\"Exists\"}]}}");
        assertFalse(evictedWithin(Duration.ofHours(1)));
    }

    @Test
    void everyNodeGetsANetworkOfItsOwn() {
        cluster.given(NODES, "{\"metadata\":{\"name\":\"own\"},\"spec\":{\"podCIDR\":\"10.244.1.0/24\"}}");
        givenNode("a");
        givenNode("b");
        cluster.run(new NodeAddresses("10.244.0.0/16"));
        cluster.settle();
        assertEquals("10.244.0.0/24", node("a").at("/spec/podCIDR").asText());
        assertEquals("10.244.2.0/24", node("b").at("/spec/podCIDRs/0").asText());
        cluster.deleteAtOnce(ObjectKey.clusterScoped(NODES, "a"));
        givenNode("c");
        cluster.settle();
        assertEquals("10.244.0.0/24", node("c").at("/spec/podCIDR").asText());
    }

    /** Given networks of other sizes and forms / when one is given out / then it overlaps none of them. */
    @Test
    void aNetworkThatIsTakenInPartIsNotGivenOut() {
        cluster.given(NODES, "{\"metadata\":{\"name\":\"wide\"},\"spec\":{\"podCIDR\":\"10.244.1.9/23\"}}");
        cluster.given(NODES, "{\"metadata\":{\"name\":\"half\"},\"spec\":{\"podCIDR\":\"10.244.2.128/25\"}}");
        cluster.given(NODES, "{\"metadata\":{\"name\":\"other\"},\"spec\":{\"podCIDR\":\"192.168.0.0/24\"}}");
        cluster.given(NODES, "{\"metadata\":{\"name\":\"six\"},\"spec\":{\"podCIDR\":\"fd00::/64\"}}");
        cluster.given(NODES, "{\"metadata\":{\"name\":\"odd\"},\"spec\":{\"podCIDR\":\"nonsense/24\"}}");
        givenNode("a");
        cluster.run(new NodeAddresses("10.244.0.0/16"));
        cluster.settle();
        assertEquals("10.244.3.0/24", node("a").at("/spec/podCIDR").asText());
    }

    @Test
    void whereNoNetworkIsLeftTheNodeGoesWithout() {
        givenNode("a");
        givenNode("b");
        cluster.run(new NodeAddresses("10.1.7.0/24"));
        cluster.settle();
        assertEquals("10.1.7.0/24", node("a").at("/spec/podCIDR").asText());
        assertNull(node("b").path("spec").get("podCIDR"));
        assertThrows(IllegalArgumentException.class, () -> new NodeAddresses("10.1.7.0/25"));
        assertThrows(IllegalArgumentException.class, () -> new NodeAddresses("everything"));
    }
}
