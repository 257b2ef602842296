package io.shiplog.command.control.deployment;

import static io.shiplog.command.control.view.Types.DEPLOYMENTS;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.command.control.replicas.ReplicaController;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {
    private static final ObjectKey WEB = ObjectKey.of(DEPLOYMENTS, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeNodes nodes = FakeNodes.in(cluster);
    private int mostPods;
    private int leastReady = Integer.MAX_VALUE;

    @BeforeEach
    void controllersRun() {
        cluster.run(new DeploymentController());
        cluster.run(ReplicaController.ofReplicaSets());
        cluster.observe(change -> {
            mostPods = Math.max(mostPods, cluster.trees(PODS).size());
            leastReady = Math.min(leastReady, (int) cluster.trees(PODS).stream()
                    .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                    .count());
        });
    }

    private void givenDeployment(int replicas, String strategy) {
        cluster.given(DEPLOYMENTS, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop",
                "annotations":{"kubernetes.io/change-cause":"first"}},
                "spec":{"replicas":%d,"strategy":%s,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"nodeName":"n1","containers":[{"name":"c","image":"v1"}]}}}}""".formatted(replicas, strategy));
        cluster.settle();
    }

    private void image(String image) {
        cluster.change(
                WEB,
                "",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"" + image + "\"}]}}}}");
    }

    private ObjectNode deployment() {
        return Objects.requireNonNull(cluster.tree(WEB));
    }

    private JsonNode condition(String type) {
        return Conditions.find(deployment().at("/status/conditions"), type);
    }

    private List<ObjectNode> sets() {
        return cluster.trees(REPLICA_SETS);
    }

    private ObjectNode setOf(String image) {
        return sets().stream()
                .filter(set -> set.at("/spec/template/spec/containers/0/image")
                        .asText()
                        .equals(image))
                .findFirst()
                .orElseThrow();
    }

    private static String annotation(ObjectNode object, String name) {
        return object.path("metadata").path("annotations").path(name).asText();
    }

    @Test
    void aDeploymentMakesOneReplicaSetWithTheHashOfItsTemplate() {
        givenDeployment(3, "{}");
        ObjectNode set = sets().getFirst();
        String hash = set.at("/metadata/labels/pod-template-hash").asText();
        assertEquals("web-" + hash, set.at("/metadata/name").asText());
        assertEquals(
                hash, set.at("/spec/selector/matchLabels/pod-template-hash").asText());
        assertEquals(
                hash, set.at("/spec/template/metadata/labels/pod-template-hash").asText());
        assertEquals("first", annotation(set, "kubernetes.io/change-cause"));
        assertEquals("1", annotation(set, Annotations.REVISION));
        assertEquals("1", annotation(deployment(), Annotations.REVISION));
        assertEquals("3", annotation(set, Annotations.DESIRED_REPLICAS));
        assertEquals("4", annotation(set, Annotations.MAX_REPLICAS));
        assertEquals(
                List.of("Scaled up replica set web-%s from 0 to 3".formatted(hash)),
                cluster.eventMessages("ScalingReplicaSet"));
    }

    @Test
    void aFinishedRolloutSaysSo() {
        givenDeployment(3, "{}");
        JsonNode status = deployment().path("status");
        for (String count : List.of("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")) {
            assertEquals(3, status.path(count).asInt(), count);
        }
        assertTrue(status.path("unavailableReplicas").isMissingNode());
        assertEquals(
                "MinimumReplicasAvailable",
                condition("Available").path("reason").asText());
        assertEquals(
                "NewReplicaSetAvailable",
                condition("Progressing").path("reason").asText());
        assertEquals(
                "ReplicaSet \"%s\" has successfully progressed."
                        .formatted(sets().getFirst().at("/metadata/name").asText()),
                condition("Progressing").path("message").asText());
    }

    @Test
    void aRollingUpdateKeepsItsBounds() {
        givenDeployment(4, "{\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":1}}");
        mostPods = 0;
        leastReady = Integer.MAX_VALUE;
        image("v2");
        cluster.settle();
        assertEquals(0, setOf("v1").at("/spec/replicas").asInt());
        assertEquals(4, setOf("v2").at("/status/availableReplicas").asInt());
        assertEquals("2", annotation(deployment(), Annotations.REVISION));
        assertTrue(mostPods <= 5, "at most 4 + 1 pods, but there were " + mostPods);
        assertTrue(leastReady >= 3, "at least 4 - 1 ready pods, but there were " + leastReady);
    }

    @Test
    void aRolloutStopsWhereNewPodsDoNotGetReadyAndTimesOut() {
        givenDeployment(4, "{\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":1}}");
        nodes.only(pod ->
                !pod.json().tree().at("/spec/containers/0/image").asText().equals("bad"));
        image("bad");
        cluster.settle();
        assertEquals(3, setOf("v1").at("/status/availableReplicas").asInt());
        assertEquals(2, setOf("bad").at("/spec/replicas").asInt());
        assertEquals(
                "ReplicaSetUpdated", condition("Progressing").path("reason").asText());
        cluster.pass(Duration.ofSeconds(602));
        assertEquals("False", condition("Progressing").path("status").asText());
        assertEquals(
                "ProgressDeadlineExceeded",
                condition("Progressing").path("reason").asText());
        assertTrue(condition("Progressing").path("message").asText().endsWith("\" has timed out progressing."));
    }

    @Test
    void aRollbackUsesTheOldReplicaSetUnderANewRevision() {
        givenDeployment(2, "{}");
        image("v2");
        cluster.settle();
        image("v1");
        cluster.settle();
        assertEquals(2, sets().size());
        assertEquals("3", annotation(setOf("v1"), Annotations.REVISION));
        assertEquals("1", annotation(setOf("v1"), Annotations.REVISION_HISTORY));
        assertEquals("3", annotation(deployment(), Annotations.REVISION));
        assertEquals(2, setOf("v1").at("/spec/replicas").asInt());
        assertEquals(0, setOf("v2").at("/spec/replicas").asInt());
    }

    @Test
    void recreateStopsAllOldPodsFirst() {
        givenDeployment(3, "{\"type\":\"Recreate\"}");
        mostPods = 0;
        image("v2");
        cluster.settle();
        assertEquals(3, mostPods);
        assertEquals(3, setOf("v2").at("/status/availableReplicas").asInt());
        assertEquals(0, setOf("v1").at("/status/replicas").asInt());
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        givenDeployment(2, "{}");
        cluster.change(WEB, "", "{\"spec\":{\"paused\":true}}");
        image("v2");
        cluster.settle();
        assertEquals(1, sets().size());
        assertEquals("DeploymentPaused", condition("Progressing").path("reason").asText());
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":5}}");
        cluster.settle();
        assertEquals(5, setOf("v1").at("/status/availableReplicas").asInt());
        cluster.change(WEB, "", "{\"spec\":{\"paused\":null}}");
        cluster.settle();
        assertEquals(5, setOf("v2").at("/status/availableReplicas").asInt());
        assertEquals(
                "NewReplicaSetAvailable",
                condition("Progressing").path("reason").asText());
    }

    @Test
    void aDeploymentThatIsCreatedPausedBeginsWhenItIsResumed() {
        givenDeployment(2, "{},\"paused\":true");
        assertEquals(List.of(), sets());
        assertEquals("1", deployment().at("/status/observedGeneration").asText());

        cluster.change(WEB, "", "{\"spec\":{\"paused\":null}}");
        cluster.settle();

        assertEquals(2, setOf("v1").at("/status/availableReplicas").asInt());
    }

    @Test
    void scalingDuringARolloutIsProportional() {
        givenDeployment(10, "{\"rollingUpdate\":{\"maxSurge\":3,\"maxUnavailable\":2}}");
        nodes.only(pod ->
                !pod.json().tree().at("/spec/containers/0/image").asText().equals("bad"));
        image("bad");
        cluster.settle();
        assertEquals(8, setOf("v1").at("/spec/replicas").asInt());
        assertEquals(5, setOf("bad").at("/spec/replicas").asInt());
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":15}}");
        cluster.settle();
        // The example of Kubernetes' own documentation.
        assertEquals(11, setOf("v1").at("/spec/replicas").asInt());
        assertEquals(7, setOf("bad").at("/spec/replicas").asInt());
    }

    @Test
    void onlySoManyOldReplicaSetsAreKept() {
        givenDeployment(1, "{}");
        cluster.change(WEB, "", "{\"spec\":{\"revisionHistoryLimit\":2}}");
        for (int i = 2; i <= 6; i++) {
            cluster.pass(Duration.ofSeconds(1));
            image("v" + i);
            cluster.settle();
        }
        assertEquals(3, sets().size());
        assertTrue(sets().stream()
                .noneMatch(set -> annotation(set, Annotations.REVISION).equals("3")));
    }

    /** A revision has 64 bits in Kubernetes. */
    @Test
    void theNextRevisionFollowsAVeryLargeOne() {
        givenDeployment(1, "{}");
        cluster.settle();
        cluster.change(
                ObjectKey.of(
                        REPLICA_SETS, "shop", setOf("v1").at("/metadata/name").asText()),
                "",
                "{\"metadata\":{\"annotations\":{\"%s\":\"3546343826724305832\"}}}".formatted(Annotations.REVISION));

        image("v2");
        cluster.settle();

        assertEquals("3546343826724305833", annotation(setOf("v2"), Annotations.REVISION));
    }

    @Test
    void aNameThatIsTakenIsAvoided() {
        cluster.deliverAll();
        givenDeployment(1, "{}");
        String name = sets().getFirst().at("/metadata/name").asText();
        cluster.deleteAtOnce(WEB);
        cluster.change(
                ObjectKey.of(REPLICA_SETS, "shop", name),
                "",
                "{\"metadata\":{\"ownerReferences\":null,\"labels\":{\"app\":\"other\"}}}");
        cluster.settle();
        givenDeployment(1, "{}");
        assertEquals(2, sets().size());
        assertEquals(1, deployment().at("/status/collisionCount").asInt());
        assertEquals(1, deployment().at("/status/availableReplicas").asInt());
    }

    @Test
    void aMatchingOrphanIsAdopted() {
        givenDeployment(2, "{}");
        cluster.deleteAtOnce(WEB);
        String name = sets().getFirst().at("/metadata/name").asText();
        cluster.change(ObjectKey.of(REPLICA_SETS, "shop", name), "", "{\"metadata\":{\"ownerReferences\":null}}");
        cluster.settle();
        givenDeployment(2, "{}");
        assertEquals(1, sets().size());
        assertEquals(deployment().at("/metadata/uid"), sets().getFirst().at("/metadata/ownerReferences/0/uid"));
    }

    @Test
    void aDeploymentAtRestSendsNothing() {
        givenDeployment(3, "{}");
        int before = cluster.sent().size();
        cluster.change(WEB, "", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
        cluster.pass(Duration.ofHours(1));
        assertEquals(before, cluster.sent().size());
        assertFalse(deployment().at("/status/conditions").isEmpty());
    }
}
