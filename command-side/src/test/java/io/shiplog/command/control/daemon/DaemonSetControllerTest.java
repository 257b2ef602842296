package io.shiplog.command.control.daemon;

import static io.shiplog.command.control.view.Types.CONTROLLER_REVISIONS;
import static io.shiplog.command.control.view.Types.DAEMON_SETS;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {
    private static final ObjectKey AGENT = ObjectKey.of(DAEMON_SETS, "ops", "agent");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeNodes nodes = FakeNodes.in(cluster);

    private void givenNode(String name, String labels, String taints) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":%s},"spec":{"taints":%s},
                "status":{"allocatable":{"cpu":"8","memory":"8Gi","pods":"20"}}}""".formatted(name, labels, taints));
    }

    private void givenNodes(String... names) {
        for (String name : names) {
            givenNode(name, "{}", "[]");
        }
    }

    private void givenSet(String spec, String podSpec) {
        cluster.given(DAEMON_SETS, """
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent","namespace":"ops",
                "annotations":{"kubernetes.io/change-cause":"first"}},
                "spec":{"selector":{"matchLabels":{"app":"agent"}},%s
                "template":{"metadata":{"labels":{"app":"agent"}},
                "spec":{%s"containers":[{"name":"c","image":"v1"}]}}}}""".formatted(spec, podSpec));
    }

    private void run() {
        cluster.run(new DaemonSetController());
        cluster.runScheduler();
        cluster.settle();
    }

    private void roll(String image) {
        cluster.change(AGENT, "", """
                {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"%s"}]}}}}""".formatted(image));
    }

    private List<ObjectNode> pods() {
        return cluster.trees(PODS);
    }

    private static ObjectKey key(JsonNode pod) {
        return ObjectKey.of(PODS, "ops", pod.at("/metadata/name").asText());
    }

    private Set<String> places() {
        return pods().stream()
                .map(pod -> pod.at("/spec/nodeName").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> uids() {
        return pods().stream().map(pod -> pod.at("/metadata/uid").asText()).collect(Collectors.toSet());
    }

    private List<String> images() {
        return pods().stream()
                .map(pod -> pod.at("/spec/containers/0/image").asText())
                .sorted()
                .toList();
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(AGENT)).path("status");
    }

    private List<Long> revisions() {
        return cluster.trees(CONTROLLER_REVISIONS).stream()
                .map(each -> each.path("revision").asLong())
                .sorted()
                .toList();
    }

    @Test
    void eachNodeGetsOnePodThatOnlyItCanTake() {
        givenNodes("n1", "n2", "n3");
        givenSet("", "");

        run();

        assertEquals(Set.of("n1", "n2", "n3"), places());
        ObjectNode pod = pods().getFirst();
        JsonNode field = pod.at(
                "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0");
        assertEquals("metadata.name", field.path("key").asText());
        assertEquals(pod.at("/spec/nodeName").asText(), field.at("/values/0").asText());
        assertTrue(pod.at("/metadata/name").asText().matches("agent-[bcdfghjklmnpqrstvwxz2-9]{5}"), pod.toString());
        assertEquals("DaemonSet", pod.at("/metadata/ownerReferences/0/kind").asText());
        for (String count : List.of(
                "desiredNumberScheduled",
                "currentNumberScheduled",
                "numberReady",
                "numberAvailable",
                "updatedNumberScheduled")) {
            assertEquals(3, status().path(count).asInt(), count);
        }
        assertEquals(0, status().path("numberMisscheduled").asInt());
        assertFalse(status().has("numberUnavailable"));
        assertEquals(3, cluster.eventMessages("SuccessfulCreate").size());
    }

    @Test
    void thePodsTolerateWhatHappensToNodes() {
        givenNode("n1", "{}", """
                [{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule"},
                {"key":"node.kubernetes.io/not-ready","effect":"NoExecute"}]""");
        givenSet("", "\"hostNetwork\":true,");

        run();

        assertEquals(Set.of("n1"), places());
        Set<String> keys = new TreeSet<>();
        pods().getFirst()
                .at("/spec/tolerations")
                .forEach(each -> keys.add(each.path("key").asText()));
        assertEquals(
                Set.of(
                        "node.kubernetes.io/disk-pressure",
                        "node.kubernetes.io/memory-pressure",
                        "node.kubernetes.io/network-unavailable",
                        "node.kubernetes.io/not-ready",
                        "node.kubernetes.io/pid-pressure",
                        "node.kubernetes.io/unreachable",
                        "node.kubernetes.io/unschedulable"),
                keys);
    }

    @Test
    void podsFollowNodesThatComeAndLabelsThatChange() {
        givenNode("n1", "{\"disk\":\"ssd\"}", "[]");
        givenNode("n2", "{\"disk\":\"hdd\"}", "[]");
        givenSet("", "\"nodeSelector\":{\"disk\":\"ssd\"},");
        run();
        assertEquals(Set.of("n1"), places());

        givenNode("n3", "{\"disk\":\"ssd\"}", "[]");
        cluster.change(ObjectKey.clusterScoped(NODES, "n2"), "", "{\"metadata\":{\"labels\":{\"disk\":\"ssd\"}}}");
        cluster.change(ObjectKey.clusterScoped(NODES, "n1"), "", "{\"metadata\":{\"labels\":{\"disk\":null}}}");
        cluster.settle();

        assertEquals(Set.of("n2", "n3"), places());
        assertEquals(2, status().path("desiredNumberScheduled").asInt());
        assertEquals(1, cluster.eventMessages("SuccessfulDelete").size());
    }

    @Test
    void aPodNamesTheArrivalOfItsNodeAsItsCause() {
        givenNodes("n1");
        givenSet("", "");
        run();
        cluster.sent().clear();

        givenNodes("n2");
        cluster.deliverAll();
        long arrived = Objects.requireNonNull(cluster.image().get(ObjectKey.clusterScoped(NODES, "n2")))
                .revision();
        cluster.settle();

        assertEquals(
                List.of("events/" + arrived),
                cluster.sent().stream()
                        .filter(sent -> sent.command() instanceof CreateObject create
                                && create.type().equals(PODS))
                        .map(sent -> sent.causationId())
                        .toList());
    }

    @Test
    void heartbeatsOfNodesPlanNothing() {
        givenNodes("n1");
        givenSet("", "");
        run();
        int sent = cluster.sent().size();

        cluster.change(ObjectKey.clusterScoped(NODES, "n1"), "status", "{\"status\":{\"images\":[]}}");
        cluster.settle();

        assertEquals(sent, cluster.sent().size());
    }

    @Test
    void aTaintStopsNewPodsAndOnlyNoExecuteRemovesOldOnes() {
        givenNodes("n1", "n2");
        givenSet("", "");
        run();

        cluster.change(ObjectKey.clusterScoped(NODES, "n1"), "", """
                {"spec":{"taints":[{"key":"k","effect":"NoSchedule"}]}}""");
        cluster.change(ObjectKey.clusterScoped(NODES, "n2"), "", """
                {"spec":{"taints":[{"key":"k","effect":"NoExecute"}]}}""");
        cluster.settle();

        assertEquals(Set.of("n1"), places());
        assertEquals(1, status().path("numberMisscheduled").asInt());
        cluster.delete(key(pods().getFirst()), Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(Set.of(), places());
    }

    @Test
    void aDeletedPodIsReplacedOnItsNode() {
        givenNodes("n1", "n2");
        givenSet("", "");
        run();
        Set<String> before = uids();

        cluster.delete(key(pods().getFirst()), Propagation.BACKGROUND);
        cluster.settle();

        assertEquals(Set.of("n1", "n2"), places());
        assertFalse(before.containsAll(uids()));
    }

    @Test
    void podsThatFailAgainAndAgainAreReplacedMoreAndMoreSlowly() {
        givenNodes("n1");
        givenSet("", "");
        run();
        nodes.only(pod -> false);

        int replaced = 0;
        String last = "";
        for (int second = 0; second < 60; second++) {
            ObjectNode pod = pods().getFirst();
            if (!pod.at("/metadata/uid").asText().equals(last)) {
                last = pod.at("/metadata/uid").asText();
                replaced++;
                cluster.change(key(pod), "status", "{\"status\":{\"phase\":\"Failed\"}}");
            }
            cluster.pass(Duration.ofSeconds(1));
        }

        assertTrue(
                replaced >= 5 && replaced <= 8,
                () -> "replaced after 1, 2, 4 … s: " + cluster.sent().size());
        assertFalse(cluster.eventMessages("FailedDaemonPod").isEmpty());
    }

    @Test
    void aRolloutReplacesOneNodeAfterTheOtherAndRecordsItsRevision() {
        givenNodes("n1", "n2", "n3");
        givenSet("", "");
        run();
        nodes.only(pod -> false);

        roll("v2");
        cluster.settle();

        assertEquals(List.of("v1", "v1", "v2"), images());
        assertEquals(List.of(1L, 2L), revisions());
        nodes.only(pod -> true);
        pods().stream()
                .filter(pod -> pod.at("/spec/containers/0/image").asText().equals("v2"))
                .forEach(pod ->
                        nodes.ready(Objects.requireNonNull(cluster.image().get(key(pod)))));
        cluster.settle();
        assertEquals(List.of("v2", "v2", "v2"), images());
        assertEquals(3, status().path("updatedNumberScheduled").asInt());
    }

    @Test
    void anUnavailablePodIsReplacedFirst() {
        givenNodes("n1", "n2");
        nodes.only(pod -> "n1".equals(pod.node()));
        givenSet("", "");
        run();
        nodes.only(pod -> false);

        roll("v2");
        cluster.settle();

        assertEquals(
                List.of("n1 v1", "n2 v2"),
                pods().stream()
                        .map(pod -> pod.at("/spec/nodeName").asText() + " "
                                + pod.at("/spec/containers/0/image").asText())
                        .sorted()
                        .toList());
    }

    @Test
    void minReadySecondsPaceARollout() {
        givenNodes("n1", "n2");
        givenSet("\"minReadySeconds\":10,", "");
        run();
        cluster.pass(Duration.ofSeconds(11));

        roll("v2");
        cluster.pass(Duration.ofSeconds(5));
        assertEquals(List.of("v1", "v2"), images());
        cluster.pass(Duration.ofSeconds(8));

        assertEquals(List.of("v2", "v2"), images());
    }

    @Test
    void aSurgeMakesTheNewPodBeforeTheOldOneGoes() {
        givenNodes("n1", "n2");
        givenSet(
                "\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}},",
                "");
        run();
        nodes.only(pod -> false);

        roll("v2");
        cluster.settle();

        assertEquals(List.of("v1", "v1", "v2"), images());
        pods().stream()
                .filter(pod -> pod.at("/spec/containers/0/image").asText().equals("v2"))
                .forEach(pod ->
                        nodes.ready(Objects.requireNonNull(cluster.image().get(key(pod)))));
        cluster.settle();
        assertEquals(List.of("v1", "v2", "v2"), images());
        nodes.only(pod -> true);
        pods().stream()
                .filter(pod -> !pod.at("/status/phase").asText().equals("Running"))
                .forEach(pod ->
                        nodes.ready(Objects.requireNonNull(cluster.image().get(key(pod)))));
        cluster.settle();
        assertEquals(List.of("v2", "v2"), images());
    }

    @Test
    void onDeleteWaitsForTheUser() {
        givenNodes("n1", "n2");
        givenSet("\"updateStrategy\":{\"type\":\"OnDelete\"},", "");
        run();

        roll("v2");
        cluster.settle();
        assertEquals(List.of("v1", "v1"), images());
        assertFalse(status().has("updatedNumberScheduled"));
        cluster.delete(key(pods().getFirst()), Propagation.BACKGROUND);
        cluster.settle();

        assertEquals(List.of("v1", "v2"), images());
    }

    @Test
    void aRollbackKeepsThePodsThatWereNotReplaced() {
        givenNodes("n1", "n2", "n3");
        givenSet("", "");
        run();
        nodes.only(pod -> false);
        roll("broken");
        cluster.settle();
        Set<String> untouched = pods().stream()
                .filter(pod -> pod.at("/spec/containers/0/image").asText().equals("v1"))
                .map(pod -> pod.at("/metadata/uid").asText())
                .collect(Collectors.toSet());
        assertEquals(2, untouched.size());

        nodes.only(pod -> true);
        roll("v1");
        cluster.settle();

        assertEquals(List.of("v1", "v1", "v1"), images());
        assertTrue(uids().containsAll(untouched));
        assertEquals(List.of(2L, 3L), revisions());
    }

    @Test
    void aRevisionIsAPatchThatBringsTheTemplateBackAndKeepsTheChangeCause() {
        givenNodes("n1");
        givenSet("", "");
        run();

        ObjectNode revision = cluster.trees(CONTROLLER_REVISIONS).getFirst();
        assertEquals("replace", revision.at("/data/spec/template/$patch").asText());
        assertEquals(
                "first",
                revision.at("/metadata/annotations/kubernetes.io~1change-cause").asText());
        assertEquals("agent", revision.at("/metadata/labels/app").asText());
        String hash = revision.at("/metadata/labels/controller-revision-hash").asText();
        assertEquals("agent-" + hash, revision.at("/metadata/name").asText());
        assertEquals(
                hash,
                pods().getFirst()
                        .at("/metadata/labels/controller-revision-hash")
                        .asText());
    }

    @Test
    void oldRevisionsBeyondTheLimitAreForgotten() {
        givenNodes("n1");
        givenSet("\"revisionHistoryLimit\":1,", "");
        run();

        for (int version = 2; version < 6; version++) {
            roll("v" + version);
            cluster.settle();
        }

        assertEquals(List.of(4L, 5L), revisions());
    }

    @Test
    void aTakenNameOfARevisionCountsAsACollision() {
        givenNodes("n1");
        givenSet("", "");
        run();
        String name = cluster.trees(CONTROLLER_REVISIONS)
                .getFirst()
                .at("/metadata/name")
                .asText();
        cluster.delete(AGENT, Propagation.ORPHAN);
        cluster.change(ObjectKey.of(CONTROLLER_REVISIONS, "ops", name), "", """
                {"metadata":{"labels":{"app":"other"},"ownerReferences":[]},"data":{"spec":{}}}""");
        cluster.change(AGENT, "", "{\"metadata\":{\"finalizers\":[]}}");
        cluster.settle();
        givenSet("", "");
        cluster.settle();

        assertEquals(1, status().path("collisionCount").asInt());
        assertEquals(2, cluster.trees(CONTROLLER_REVISIONS).size());
    }

    @Test
    void aRefusedPodIsAnEventAndIsRetried() {
        givenNodes("n1");
        givenSet("", "");
        cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(PODS)
                ? Refusal.of(Refusal.Reason.FORBIDDEN, "exceeded quota")
                : null);
        run();
        assertEquals(List.of("Error creating: exceeded quota"), cluster.eventMessages("FailedCreate"));

        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(2));

        assertEquals(Set.of("n1"), places());
    }

    @Test
    void surplusPodsAreDeletedAndMatchingOnesAdopted() {
        givenNodes("n1");
        givenSet("", "");
        run();
        ObjectNode copy = pods().getFirst().deepCopy();
        copy.withObject("/metadata").put("name", "stray").remove(List.of("ownerReferences", "uid", "resourceVersion"));

        cluster.given(PODS, copy.toString());
        cluster.settle();

        assertEquals(1, pods().size());
        assertEquals(
                "DaemonSet",
                pods().getFirst().at("/metadata/ownerReferences/0/kind").asText());
    }

    @Test
    void atRestNothingIsSentAndARestartChangesNothing() {
        givenNodes("n1", "n2");
        givenSet("", "");
        run();
        Set<String> before = uids();
        int sent = cluster.sent().size();

        cluster.run(new DaemonSetController());
        cluster.pass(Duration.ofMinutes(10));

        assertEquals(before, uids());
        assertEquals(sent, cluster.sent().size());
    }
}
