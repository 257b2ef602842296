package io.shiplog.command.control.replicas;

import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICATION_CONTROLLERS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReplicaControllerTest {
    private static final ObjectKey WEB = ObjectKey.of(REPLICA_SETS, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();

    private void givenSet(int replicas) {
        cluster.given(REPLICA_SETS, """
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""".formatted(replicas));
    }

    private void givenPod(String name, String labels) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","labels":%s},
                "spec":{"containers":[{"name":"c","image":"i"}]}}""".formatted(name, labels));
    }

    private void ready(ObjectNode pod) {
        cluster.change(key(pod), "status", """
                {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"%s"}]}}""".formatted(cluster.now()));
    }

    private static ObjectKey key(JsonNode pod) {
        return ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText());
    }

    private List<ObjectNode> pods() {
        return cluster.trees(PODS);
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(WEB)).path("status");
    }

    @Test
    void missingPodsAreMadeFromTheTemplateAndOwned() {
        givenSet(3);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(3, pods().size());
        ObjectNode pod = pods().getFirst();
        assertTrue(pod.at("/metadata/name").asText().matches("web-[bcdfghjklmnpqrstvwxz2-9]{5}"), pod.toString());
        assertEquals("web-", pod.at("/metadata/generateName").asText());
        assertEquals("ReplicaSet", pod.at("/metadata/ownerReferences/0/kind").asText());
        assertEquals(3, status().path("replicas").asInt());
        assertEquals(3, status().path("fullyLabeledReplicas").asInt());
        assertEquals(1, status().path("observedGeneration").asInt());
        assertEquals(3, cluster.eventMessages("SuccessfulCreate").size());
    }

    @Test
    void aStaleImageMakesNoDuplicates() {
        givenSet(2);
        cluster.deliverAll();
        cluster.run(ReplicaController.ofReplicaSets());
        while (cluster.advance() || cluster.answer()) {
            // Answers come, events do not.
        }
        cluster.change(WEB, "", "{\"metadata\":{\"labels\":{\"touched\":\"yes\"}}}");
        cluster.deliver("events"); // the first pod only
        while (cluster.advance() || cluster.answer()) {
            // The image lags behind what was achieved.
        }
        cluster.settle();
        assertEquals(2, pods().size());
        assertEquals(
                2,
                cluster.sent().stream()
                        .filter(sent -> sent.command() instanceof CreateObject create
                                && create.type().equals(PODS))
                        .count());
    }

    @Test
    void commandsNameTheirCauseAndTheUsersCommand() {
        givenSet(1);
        cluster.deliverAll();
        String correlation = Objects.requireNonNull(cluster.image().get(WEB)).correlationId();
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals("events/1", cluster.sent().getFirst().causationId());
        assertEquals(correlation, cluster.sent().getFirst().correlationId());
        assertEquals(
                "system:serviceaccount:kube-system:replicaset-controller",
                cluster.sent().getFirst().actor().user());
    }

    @Test
    void podsThatAreStillEndingAreCounted() {
        givenSet(1);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(0, status().path("terminatingReplicas").asInt(-1));
        ObjectKey pod = key(pods().getFirst());
        cluster.change(pod, "", "{\"metadata\":{\"finalizers\":[\"example.com/wait\"]}}");
        cluster.delete(pod, Propagation.BACKGROUND);
        cluster.settle();

        assertEquals(1, status().path("replicas").asInt());
        assertEquals(1, status().path("terminatingReplicas").asInt());
    }

    @Test
    void thoseWithoutANodeGoFirstWhenThereAreTooMany() {
        givenSet(3);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        ObjectKey bound = key(pods().get(1));
        cluster.change(bound, "", "{\"spec\":{\"nodeName\":\"n1\"}}");
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":1}}");
        cluster.settle();
        assertEquals(
                List.of(bound), pods().stream().map(ReplicaControllerTest::key).toList());
        assertEquals(2, cluster.eventMessages("SuccessfulDelete").size());
        assertEquals(2, status().path("observedGeneration").asInt());
    }

    @Test
    void aPodThatEndedIsReplaced() {
        givenSet(1);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        cluster.change(key(pods().getFirst()), "status", "{\"status\":{\"phase\":\"Failed\"}}");
        cluster.settle();
        assertEquals(2, pods().size());
        assertEquals(1, status().path("replicas").asInt());
    }

    @Test
    void matchingOrphansAreAdoptedInsteadOfMakingNewPods() {
        givenPod("alone", "{\"app\":\"web\",\"more\":\"x\"}");
        givenPod("stranger", "{\"app\":\"db\"}");
        givenSet(2);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(3, pods().size());
        JsonNode alone = Objects.requireNonNull(cluster.tree(ObjectKey.of(PODS, "shop", "alone")));
        assertEquals("web", alone.at("/metadata/ownerReferences/0/name").asText());
        JsonNode stranger = Objects.requireNonNull(cluster.tree(ObjectKey.of(PODS, "shop", "stranger")));
        assertTrue(stranger.at("/metadata/ownerReferences").isMissingNode());
    }

    @Test
    void aPodWhoseLabelsNoLongerMatchIsReleasedAndReplaced() {
        givenSet(1);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        ObjectKey old = key(pods().getFirst());
        cluster.change(old, "", "{\"metadata\":{\"labels\":{\"app\":\"debug\"}}}");
        cluster.settle();
        assertEquals(2, pods().size());
        assertTrue(Objects.requireNonNull(cluster.tree(old))
                .at("/metadata/ownerReferences")
                .isEmpty());
    }

    @Test
    void readyPodsCountAsAvailableAfterMinReadySeconds() {
        givenSet(1);
        cluster.change(WEB, "", "{\"spec\":{\"minReadySeconds\":30}}");
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        ready(pods().getFirst());
        cluster.settle();
        assertEquals(1, status().path("readyReplicas").asInt());
        assertTrue(status().path("availableReplicas").isMissingNode());
        cluster.pass(Duration.ofSeconds(31));
        assertEquals(1, status().path("availableReplicas").asInt());
    }

    @Test
    void withoutMinReadySecondsReadyPodsAreAvailableAfterTheClockWasSetBack() {
        givenSet(1);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        ready(pods().getFirst());
        cluster.pass(Duration.ofMinutes(-10));
        cluster.settle();

        assertEquals(1, status().path("availableReplicas").asInt());
    }

    @Test
    void aRefusedPodIsReportedAndRecordedAndTriedAgainLater() {
        givenSet(1);
        cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(PODS)
                ? Refusal.of(Refusal.Reason.FORBIDDEN, "pods \"x\" is forbidden: no quota")
                : null);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(
                List.of("Error creating: pods \"x\" is forbidden: no quota"), cluster.eventMessages("FailedCreate"));
        assertEquals("ReplicaFailure", status().at("/conditions/0/type").asText());
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofSeconds(5));
        assertEquals(1, pods().size());
        assertTrue(status().path("conditions").isMissingNode(), status().toString());
    }

    @Test
    void thatANamespaceEndsIsNoFailure() {
        givenSet(1);
        cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(PODS)
                ? new Refusal(
                        Refusal.Reason.FORBIDDEN,
                        "being terminated",
                        null,
                        "pods",
                        List.of(new Refusal.Cause("NamespaceTerminating", "being terminated", "metadata.namespace")),
                        0)
                : null);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(List.of(), cluster.eventMessages("FailedCreate"));
        assertTrue(status().path("conditions").isMissingNode());
    }

    @Test
    void aLogThatCannotBeWrittenIsOnlyADelay() {
        givenSet(4);
        int[] refusals = {6};
        cluster.refuse(request -> refusals[0]-- > 0 ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "no log") : null);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(4, pods().size());
    }

    @Test
    void aSetThatIsBeingDeletedMakesNoPods() {
        givenSet(2);
        cluster.change(WEB, "", "{\"metadata\":{\"finalizers\":[\"x/y\"]}}");
        cluster.delete(WEB, Propagation.BACKGROUND);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(0, pods().size());
    }

    @Test
    void aThousandPodsComeInBursts() {
        givenSet(1000);
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(1000, pods().size());
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":0}}");
        cluster.settle();
        assertEquals(0, pods().size());
    }

    @Test
    void aReplicationControllerSelectsByAPlainMap() {
        cluster.given(REPLICATION_CONTROLLERS, """
                {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":2,"selector":{"app":"web"},
                "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        cluster.run(ReplicaController.ofReplicationControllers());
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.settle();
        assertEquals(2, pods().size());
        assertNotNull(cluster.tree(ObjectKey.of(REPLICATION_CONTROLLERS, "shop", "web")));
        assertNull(cluster.tree(WEB));
        assertEquals(
                0,
                cluster.sent().stream()
                        .filter(sent -> sent.command() instanceof DeleteObject)
                        .count());
    }
}
