package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final FakeCluster cluster = new FakeCluster();

    private void givenNode(String name, String cpu, String memory, String spec, String labels) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":%s},"spec":%s,
                "status":{"allocatable":{"cpu":"%s","memory":"%s","pods":"110"}}}""".formatted(name, labels, spec, cpu, memory));
    }

    private void givenNode(String name, String cpu) {
        givenNode(name, cpu, "8Gi", "{}", "{\"kubernetes.io/hostname\":\"" + name + "\"}");
    }

    private ObjectKey givenPod(String name, String spec) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","labels":{"app":"web"}},
                "spec":%s,"status":{"phase":"Pending"}}""".formatted(name, spec));
        return ObjectKey.of(PODS, "shop", name);
    }

    private static String asking(String cpu) {
        return "{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"" + cpu + "\"}}}]}";
    }

    private String nodeOf(ObjectKey pod) {
        return tree(pod).at("/spec/nodeName").asText();
    }

    private ObjectNode tree(ObjectKey pod) {
        return Objects.requireNonNull(cluster.tree(pod));
    }

    private String whyNot(ObjectKey pod) {
        assertEquals("", nodeOf(pod));
        assertEquals("PodScheduled", tree(pod).at("/status/conditions/0/type").asText());
        assertEquals(1, tree(pod).at("/status/conditions/0/observedGeneration").asInt());
        assertEquals(
                "Unschedulable", tree(pod).at("/status/conditions/0/reason").asText());
        return tree(pod).at("/status/conditions/0/message").asText();
    }

    @Test
    void aPodGoesWhereThereIsRoomAndPeopleAreTold() {
        givenNode("small", "500m");
        givenNode("large", "4");
        ObjectKey pod = givenPod("a", asking("1"));
        cluster.runScheduler();
        cluster.settle();
        assertEquals("large", nodeOf(pod));
        assertEquals(List.of("Successfully assigned shop/a to large"), cluster.eventMessages("Scheduled"));
    }

    @Test
    void whyAPodDoesNotFitIsSaidInKubernetesWords() {
        givenNode("n1", "500m");
        givenNode(
                "n2", "4", "8Gi", "{\"taints\":[{\"key\":\"gpu\",\"value\":\"yes\",\"effect\":\"NoSchedule\"}]}", "{}");
        ObjectKey pod = givenPod("a", asking("1"));
        cluster.runScheduler();
        cluster.settle();
        String message = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {gpu: yes}."
                + " preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
        assertEquals(message, whyNot(pod));
        assertEquals(List.of(message), cluster.eventMessages("FailedScheduling"));
    }

    @Test
    void everyReasonHasItsWords() {
        Map<String, String> reasons = Map.of(
                "{\"nodeSelector\":{\"disk\":\"ssd\"}}",
                "1 node(s) didn't match Pod's node affinity/selector",
                "{\"containers\":[{\"ports\":[{\"hostPort\":80,\"containerPort\":80}]}]}",
                "1 node(s) didn't have free ports for the requested pod ports",
                "{\"containers\":[{\"resources\":{\"requests\":{\"memory\":\"9Gi\",\"cpu\":\"9\"}}}]}",
                "1 Insufficient cpu, 1 Insufficient memory",
                "{\"topologySpreadConstraints\":[{\"topologyKey\":\"zone\",\"maxSkew\":1,\"labelSelector\":{}}]}",
                "1 node(s) didn't match pod topology spread constraints (missing required label)",
                "{\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":"
                        + "\"kubernetes.io/hostname\",\"labelSelector\":{\"matchLabels\":{\"app\":\"web\"}}}]}}}",
                "1 node(s) didn't match pod anti-affinity rules");
        givenNode("n1", "4");
        givenPod(
                "there", "{\"nodeName\":\"n1\",\"containers\":[{\"ports\":[{\"hostPort\":80,\"containerPort\":80}]}]}");
        Map<ObjectKey, String> expected = reasons.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> givenPod("p" + Math.abs(entry.getKey().hashCode()), entry.getKey()),
                        Map.Entry::getValue));
        cluster.runScheduler();
        cluster.settle();
        expected.forEach((pod, reason) ->
                assertTrue(whyNot(pod).startsWith("0/1 nodes are available: " + reason + "."), whyNot(pod)));
    }

    /** Given two pods / when scheduling the first fails by a bug / then the second is bound, and the first after a while. */
    @Test
    void aPodThatCannotBeScheduledDoesNotStopTheOthers() {
        givenNode("n1", "4");
        ObjectKey first = givenPod("a", asking("1"));
        ObjectKey second = givenPod("b", asking("1"));
        cluster.settle();
        AtomicInteger reads = new AtomicInteger();
        cluster.runScheduler(() -> {
            // Once for the restart, once to see whether it is settled, then for the first pod.
            if (reads.incrementAndGet() == 3) {
                throw new IllegalStateException("a bug");
            }
            return cluster.image();
        });

        cluster.settle();
        assertEquals("", nodeOf(first));
        assertEquals("n1", nodeOf(second));
        cluster.pass(Duration.ofSeconds(2));
        assertEquals("n1", nodeOf(first));
    }

    /** Given a port that fails at once for one pod / when pods are bound / then the others are, and this one when it works again. */
    @Test
    void aBindingThatCannotBeSentIsTriedAgain() {
        givenNode("n1", "4");
        ObjectKey first = givenPod("a", asking("1"));
        ObjectKey second = givenPod("b", asking("1"));
        cluster.refuse(request -> {
            if (request.command() instanceof BindPod bind && bind.key().equals(first)) {
                throw new IllegalStateException("a bug");
            }
            return null;
        });
        cluster.runScheduler();
        cluster.settle();
        assertEquals("n1", nodeOf(second));

        cluster.refuse(request -> null);
        cluster.pass(Duration.ofSeconds(5));
        assertEquals("n1", nodeOf(first));
    }

    @Test
    void withNoNodesThereIsNothingToChooseFrom() {
        ObjectKey pod = givenPod("a", asking("1"));
        cluster.runScheduler();
        cluster.settle();
        assertEquals("no nodes available to schedule pods", whyNot(pod));
    }

    @Test
    void aStrandedPodGoesAsSoonAsThereIsRoom() {
        givenNode("n1", "1");
        ObjectKey first = givenPod("first", asking("1"));
        cluster.runScheduler();
        cluster.settle();
        ObjectKey second = givenPod("second", asking("1"));
        cluster.settle();
        assertEquals("", nodeOf(second));
        cluster.deleteAtOnce(first);
        cluster.pass(Duration.ofSeconds(2));
        assertEquals("n1", nodeOf(second));
    }

    @Test
    void aStrandedPodIsLeftAloneWhileNothingHelps() {
        givenNode("n1", "1");
        givenPod("a", asking("2"));
        cluster.runScheduler();
        cluster.pass(Duration.ofMinutes(4));
        cluster.change(ObjectKey.clusterScoped(NODES, "n1"), "status", "{\"status\":{\"heartbeat\":\"now\"}}");
        cluster.settle();
        assertEquals(2, cluster.sent().size()); // its condition, and the one telling
        cluster.pass(Duration.ofMinutes(2));
        assertEquals(3, cluster.sent().size()); // told again
    }

    @Test
    void bindingsUnderWayTakeRoom() {
        givenNode("n1", "2");
        cluster.deliverAll();
        cluster.runScheduler();
        List<ObjectKey> pods =
                List.of(givenPod("a", asking("1")), givenPod("b", asking("1")), givenPod("c", asking("1")));
        cluster.deliverAll();
        while (cluster.advance()) {
            // No answer comes meanwhile.
        }
        assertEquals(
                2,
                cluster.sent().stream()
                        .filter(each -> each.command() instanceof BindPod)
                        .count());
        cluster.settle();
        assertEquals(2, pods.stream().filter(pod -> nodeOf(pod).equals("n1")).count());
    }

    @Test
    void aRefusedBindingGivesTheRoomBackAndIsTriedAgain() {
        givenNode("n1", "1");
        ObjectKey pod = givenPod("a", asking("1"));
        int[] refusals = {3};
        cluster.refuse(request -> request.command() instanceof BindPod && refusals[0]-- > 0
                ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "no log")
                : null);
        cluster.runScheduler();
        cluster.pass(Duration.ofSeconds(10));
        assertEquals("n1", nodeOf(pod));
    }

    @Test
    void gatedPodsAndThoseOfOtherSchedulersAreLeftAlone() {
        givenNode("n1", "1");
        ObjectKey gated = givenPod("gated", "{\"schedulingGates\":[{\"name\":\"g\"}]}");
        ObjectKey other = givenPod("other", "{\"schedulerName\":\"mine\"}");
        cluster.runScheduler();
        cluster.settle();
        assertEquals("", nodeOf(gated));
        assertEquals("", nodeOf(other));
        cluster.change(gated, "", "{\"spec\":{\"schedulingGates\":null}}");
        cluster.settle();
        assertEquals("n1", nodeOf(gated));
    }

    @Test
    void aDutyToSpreadIsKept() {
        for (String zone : List.of("a", "b")) {
            givenNode("n" + zone, "8", "8Gi", "{}", "{\"zone\":\"" + zone + "\"}");
        }
        String spec = "{\"topologySpreadConstraints\":[{\"topologyKey\":\"zone\",\"maxSkew\":1,\"whenUnsatisfiable\":"
                + "\"DoNotSchedule\",\"labelSelector\":{\"matchLabels\":{\"app\":\"web\"}}}]}";
        cluster.runScheduler();
        List<ObjectKey> pods = java.util.stream.IntStream.range(0, 6)
                .mapToObj(i -> givenPod("p" + i, spec))
                .toList();
        cluster.settle();
        assertEquals(3, pods.stream().filter(pod -> nodeOf(pod).equals("na")).count());
    }

    @Test
    void preferredNodesAndAvoidedTaintsWeigh() {
        givenNode("plain", "4");
        givenNode("soft", "4", "8Gi", "{\"taints\":[{\"key\":\"k\",\"effect\":\"PreferNoSchedule\"}]}", "{}");
        givenNode("liked", "4", "8Gi", "{}", "{\"disk\":\"ssd\"}");
        cluster.runScheduler();
        ObjectKey pod = givenPod("a", """
                {"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":10,
                "preference":{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd"]}]}}]}}}""");
        cluster.settle();
        assertEquals("liked", nodeOf(pod));
    }

    @Test
    void hundredsOfPodsAreSpreadEvenly() {
        for (int i = 0; i < 10; i++) {
            // Memory enough that each pod makes its node less wanted: a score of whole numbers changes every few pods.
            givenNode("n" + i, "32", "128Gi", "{}", "{}");
        }
        cluster.runScheduler();
        for (int i = 0; i < 500; i++) {
            givenPod("p" + i, asking("100m"));
        }
        cluster.settle();
        Map<String, Long> perNode = cluster.trees(PODS).stream()
                .collect(Collectors.groupingBy(pod -> pod.at("/spec/nodeName").asText(), Collectors.counting()));
        assertEquals(10, perNode.size());
        perNode.forEach((node, count) -> assertTrue(count >= 45 && count <= 55, perNode.toString()));
    }

    @Test
    void theViewIsTheSameFromScratchAndChangeByChange() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ClusterView[] view = {ClusterView.EMPTY};
        cluster.observe(change -> view[0] = view[0].evolve(change));
        for (int i = 0; i < 400; i++) {
            ObjectKey node = ObjectKey.clusterScoped(NODES, "n" + random.nextInt(4));
            ObjectKey pod = ObjectKey.of(PODS, "shop", "p" + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> toggleNode(node);
                case 1, 2 -> togglePod(pod, node.name());
                case 3 -> changeIfThere(pod, "status", "{\"status\":{\"phase\":\"" + phase(random) + "\"}}");
                default -> changeIfThere(node, "", "{\"spec\":{\"unschedulable\":" + random.nextBoolean() + "}}");
            }
            cluster.deliverAll();
            assertEquals(ClusterView.of(cluster.image()), view[0], "seed " + seed);
        }
    }

    private static String phase(Random random) {
        return List.of("Pending", "Running", "Succeeded").get(random.nextInt(3));
    }

    private void toggleNode(ObjectKey node) {
        if (cluster.tree(node) == null) {
            givenNode(node.name(), "4");
        } else {
            cluster.deleteAtOnce(node);
        }
    }

    private void togglePod(ObjectKey pod, String node) {
        if (cluster.tree(pod) == null) {
            givenPod(pod.name(), asking("1").replaceFirst("\\{", "{\"nodeName\":\"" + node + "\","));
        } else {
            cluster.deleteAtOnce(pod);
        }
    }

    private void changeIfThere(ObjectKey key, String subresource, String patch) {
        if (cluster.tree(key) != null) {
            cluster.change(key, subresource, patch);
        }
    }
}
