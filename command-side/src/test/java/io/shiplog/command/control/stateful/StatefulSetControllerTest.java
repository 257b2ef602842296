package io.shiplog.command.control.stateful;

import static io.shiplog.command.control.view.Types.CONTROLLER_REVISIONS;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.STATEFUL_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {
    private static final ObjectKey DB = ObjectKey.of(STATEFUL_SETS, "shop", "db");
    private static final String ROLLING = "\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{%s}},";
    private static final String CLAIM = """
            "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],
            "resources":{"requests":{"storage":"1Gi"}}}}],""";

    private final FakeCluster cluster = new FakeCluster();
    private final FakeNodes nodes = FakeNodes.in(cluster);

    private void givenSet(int replicas, String spec) {
        cluster.given(NODES, """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},
                "status":{"allocatable":{"cpu":"8","memory":"8Gi","pods":"50"}}}""");
        cluster.given(STATEFUL_SETS, """
                {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"shop"},
                "spec":{"replicas":%d,"serviceName":"db","selector":{"matchLabels":{"app":"db"}},%s
                "template":{"metadata":{"labels":{"app":"db"}},
                "spec":{"nodeName":"n1","containers":[{"name":"c","image":"v1"}]}}}}""".formatted(replicas, spec));
    }

    private void run() {
        cluster.run(new StatefulSetController());
        cluster.settle();
    }

    private void roll(String image) {
        cluster.change(DB, "", """
                {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"%s"}]}}}}""".formatted(image));
        cluster.settle();
    }

    private void scale(int replicas) {
        cluster.change(DB, "", "{\"spec\":{\"replicas\":%d}}".formatted(replicas));
        cluster.settle();
    }

    private static ObjectKey pod(int ordinal) {
        return ObjectKey.of(PODS, "shop", "db-" + ordinal);
    }

    private static ObjectKey claim(int ordinal) {
        return ObjectKey.of(PersistentVolumeClaimKind.TYPE, "shop", "data-db-" + ordinal);
    }

    private ObjectNode tree(ObjectKey key) {
        return Objects.requireNonNull(cluster.tree(key), key::toString);
    }

    private String uid(ObjectKey key) {
        return tree(key).at("/metadata/uid").asText();
    }

    private void ready(int ordinal) {
        cluster.deliverAll();
        nodes.ready(Objects.requireNonNull(cluster.image().get(pod(ordinal))));
        cluster.settle();
    }

    private void unready(int ordinal) {
        cluster.change(pod(ordinal), "status", "{\"status\":{\"conditions\":[]}}");
        cluster.settle();
    }

    private void delete(int ordinal) {
        cluster.delete(pod(ordinal), Propagation.BACKGROUND);
        cluster.settle();
    }

    /** {@code db-0 v1} … */
    private List<String> pods() {
        return cluster.trees(PODS).stream()
                .map(pod -> pod.at("/metadata/name").asText() + " "
                        + pod.at("/spec/containers/0/image").asText())
                .toList();
    }

    private List<String> claims() {
        return cluster.trees(PersistentVolumeClaimKind.TYPE).stream()
                .map(each -> each.at("/metadata/name").asText())
                .toList();
    }

    private JsonNode status() {
        return tree(DB).path("status");
    }

    private List<Long> revisions() {
        return cluster.trees(CONTROLLER_REVISIONS).stream()
                .map(each -> each.path("revision").asLong())
                .sorted()
                .toList();
    }

    /** A plan of a step for each would not fit into any memory. */
    @Test
    void aPlanOfAnEnormousSetHasFewSteps() {
        givenSet(1, "\"podManagementPolicy\":\"Parallel\",");
        run();
        cluster.change(DB, "", "{\"spec\":{\"replicas\":2147483647,\"ordinals\":{\"start\":7}}}");
        cluster.deliverAll();

        int steps = new StatefulSetController()
                .plan(cluster.image(), DB, cluster.now())
                .steps()
                .size();

        assertTrue(steps >= StatefulPlan.BURST && steps < StatefulPlan.BURST + 10, steps + " steps");
    }

    @Test
    void podsAreMadeOneAfterTheOtherEachOnceTheOneBeforeItIsReady() {
        nodes.only(pod -> false);
        givenSet(3, "");
        run();
        assertEquals(List.of("db-0 v1"), pods());

        ready(0);
        assertEquals(List.of("db-0 v1", "db-1 v1"), pods());
        ready(1);
        ready(2);

        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v1"), pods());
        for (String count :
                List.of("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")) {
            assertEquals(3, status().path(count).asInt(), count);
        }
        assertEquals(status().path("currentRevision"), status().path("updateRevision"));
        assertEquals(0, status().path("collisionCount").asInt(-1));
        assertEquals(3, cluster.eventMessages("SuccessfulCreate").size());
        assertEquals(
                "Create Pod db-0 in StatefulSet db successful",
                cluster.eventMessages("SuccessfulCreate").getFirst());
    }

    @Test
    void aPodHasItsIdentity() {
        givenSet(1, "\"ordinals\":{\"start\":5},");
        run();

        ObjectNode pod = tree(pod(5));
        assertEquals("db-5", pod.at("/spec/hostname").asText());
        assertEquals("db", pod.at("/spec/subdomain").asText());
        assertEquals(
                "5", pod.at("/metadata/labels/apps.kubernetes.io~1pod-index").asText());
        assertEquals(
                "db-5",
                pod.at("/metadata/labels/statefulset.kubernetes.io~1pod-name").asText());
        assertEquals(
                status().path("updateRevision").asText(),
                pod.at("/metadata/labels/controller-revision-hash").asText());
        assertEquals("StatefulSet", pod.at("/metadata/ownerReferences/0/kind").asText());
    }

    @Test
    void surplusPodsGoInDescendingOrderOnceTheOthersAreHealthy() {
        givenSet(3, "");
        run();
        unready(0);

        scale(1);
        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v1"), pods(), "db-0 is unhealthy");
        ready(0);

        assertEquals(List.of("db-0 v1"), pods());
        assertEquals(
                List.of("Delete Pod db-2 in StatefulSet db successful", "Delete Pod db-1 in StatefulSet db successful"),
                cluster.eventMessages("SuccessfulDelete"));
    }

    @Test
    void scalingUpWaitsForAnUnhealthyPod() {
        givenSet(2, "");
        run();
        unready(0);

        scale(3);
        assertEquals(List.of("db-0 v1", "db-1 v1"), pods());
        ready(0);

        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v1"), pods());
    }

    @Test
    void aParallelSetWaitsForNone() {
        nodes.only(pod -> false);
        givenSet(3, "\"podManagementPolicy\":\"Parallel\",");
        run();
        assertEquals(3, pods().size());

        scale(0);

        assertEquals(List.of(), pods());
        assertEquals(0, status().path("replicas").asInt(-1));
    }

    @Test
    void aDeletedOrFailedPodIsReplacedUnderItsName() {
        givenSet(2, "");
        run();
        String first = uid(pod(0));
        delete(0);
        assertNotEquals(first, uid(pod(0)));

        String second = uid(pod(1));
        cluster.change(pod(1), "status", "{\"status\":{\"phase\":\"Failed\"}}");
        cluster.settle();

        assertNotEquals(second, uid(pod(1)));
        assertEquals("Running", tree(pod(1)).at("/status/phase").asText());
    }

    @Test
    void aPodThatAlwaysFailsIsReplacedMoreAndMoreSlowly() {
        givenSet(1, "");
        run();
        nodes.only(pod -> false);

        int replaced = 0;
        String last = "";
        for (int second = 0; second < 60; second++) {
            if (!uid(pod(0)).equals(last)) {
                last = uid(pod(0));
                replaced++;
                cluster.change(pod(0), "status", "{\"status\":{\"phase\":\"Failed\"}}");
            }
            cluster.pass(Duration.ofSeconds(1));
        }

        assertTrue(replaced >= 5 && replaced <= 8, "replaced after 1, 2, 4 … s");
    }

    @Test
    void aRolloutGoesFromTheLastPodToTheFirst() {
        givenSet(3, "");
        run();
        String before = status().path("currentRevision").asText();
        nodes.only(pod -> false);

        roll("v2");
        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v2"), pods());
        assertEquals(before, status().path("currentRevision").asText());
        assertNotEquals(before, status().path("updateRevision").asText());
        assertEquals(2, status().path("currentReplicas").asInt());
        assertEquals(1, status().path("updatedReplicas").asInt());
        ready(2);
        assertEquals(List.of("db-0 v1", "db-1 v2", "db-2 v2"), pods());
        ready(1);
        ready(0);

        assertEquals(List.of("db-0 v2", "db-1 v2", "db-2 v2"), pods());
        assertEquals(status().path("updateRevision"), status().path("currentRevision"));
        assertEquals(List.of(1L, 2L), revisions());
    }

    @Test
    void aPartitionKeepsTheFirstPodsAtTheirRevisionEvenWhenTheyAreReplaced() {
        givenSet(3, ROLLING.formatted("\"partition\":2"));
        run();

        roll("v2");
        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v2"), pods());
        delete(0);
        delete(2);
        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v2"), pods());

        cluster.change(DB, "", "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":0}}}}");
        cluster.settle();
        assertEquals(List.of("db-0 v2", "db-1 v2", "db-2 v2"), pods());
    }

    @Test
    void severalPodsMayBeReplacedAtOnce() {
        givenSet(
                4, ROLLING.formatted("\"partition\":0,\"maxUnavailable\":2") + "\"podManagementPolicy\":\"Parallel\",");
        run();
        nodes.only(pod -> false);

        roll("v2");

        assertEquals(List.of("db-0 v1", "db-1 v1", "db-2 v2", "db-3 v2"), pods());
        ready(3);
        assertEquals(List.of("db-0 v1", "db-1 v2", "db-2 v2", "db-3 v2"), pods());
    }

    @Test
    void onDeleteReplacesOnlyWhatTheUserDeletes() {
        givenSet(2, "\"updateStrategy\":{\"type\":\"OnDelete\"},");
        run();

        roll("v2");
        assertEquals(List.of("db-0 v1", "db-1 v1"), pods());
        delete(0);

        assertEquals(List.of("db-0 v2", "db-1 v1"), pods());
        assertNotEquals(status().path("updateRevision"), status().path("currentRevision"));
    }

    @Test
    void aRollbackTakesTheOldRevisionAgain() {
        givenSet(2, "");
        run();
        String first = status().path("currentRevision").asText();
        roll("v2");

        roll("v1");

        assertEquals(List.of("db-0 v1", "db-1 v1"), pods());
        assertEquals(first, status().path("currentRevision").asText());
        assertEquals(List.of(2L, 3L), revisions());
    }

    @Test
    void minReadySecondsPaceTheCreation() {
        givenSet(2, "\"minReadySeconds\":10,");
        run();
        assertEquals(1, pods().size());
        assertEquals(0, status().path("availableReplicas").asInt(-1));

        cluster.pass(Duration.ofSeconds(11));

        assertEquals(2, pods().size());
        assertEquals(1, status().path("availableReplicas").asInt());
    }

    @Test
    void eachPodHasItsClaimWhichStaysWhenThePodGoes() {
        givenSet(2, CLAIM);
        run();
        assertEquals(List.of("data-db-0", "data-db-1"), claims());
        assertEquals(
                "data-db-1",
                tree(pod(1))
                        .at("/spec/volumes/0/persistentVolumeClaim/claimName")
                        .asText());
        assertEquals("db", tree(claim(0)).at("/metadata/labels/app").asText());
        String uid = uid(claim(1));

        scale(1);
        scale(2);

        assertEquals(uid, uid(claim(1)));
        assertTrue(tree(claim(1)).at("/metadata/ownerReferences").isMissingNode());
    }

    @Test
    void aPodIsNotMadeBeforeItsClaim() {
        givenSet(1, CLAIM);
        cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(PersistentVolumeClaimKind.TYPE)
                ? Refusal.of(Refusal.Reason.FORBIDDEN, "exceeded quota")
                : null);
        run();
        assertEquals(List.of(), pods());
        assertEquals(
                List.of("Create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: exceeded quota"),
                cluster.eventMessages("FailedCreate"));

        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(2));

        assertEquals(List.of("db-0 v1"), pods());
    }

    @Test
    void claimsGoWithThePodsThatAreScaledAway() {
        cluster.run(new GarbageCollector());
        givenSet(
                2,
                CLAIM
                        + "\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Delete\",\"whenDeleted\":\"Retain\"},");
        run();

        scale(1);

        assertEquals(List.of("data-db-0"), claims());
        scale(2);
        assertEquals(List.of("data-db-0", "data-db-1"), claims());
        assertEquals(2, pods().size());
    }

    @Test
    void claimsGoWithTheSet() {
        cluster.run(new GarbageCollector());
        givenSet(
                2,
                CLAIM
                        + "\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Retain\",\"whenDeleted\":\"Delete\"},");
        run();
        assertEquals(
                "StatefulSet",
                tree(claim(0)).at("/metadata/ownerReferences/0/kind").asText());
        scale(1);
        assertEquals(List.of("data-db-0", "data-db-1"), claims());

        cluster.delete(DB, Propagation.BACKGROUND);
        cluster.settle();

        assertEquals(List.of(), claims());
        assertEquals(List.of(), pods());
    }

    @Test
    void aPodOfAnotherNameIsNotAdopted() {
        givenSet(1, "");
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"other-0","namespace":"shop","labels":{"app":"db"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}""");
        run();

        assertTrue(tree(ObjectKey.of(PODS, "shop", "other-0"))
                .at("/metadata/ownerReferences")
                .isMissingNode());
        assertEquals(1, status().path("replicas").asInt());
    }

    @Test
    void theReplacementOfADeletedPodNamesItsDeletion() {
        givenSet(3, "");
        run();
        cluster.sent().clear();
        List<String> ends = new ArrayList<>();
        cluster.observe(change -> {
            if (change.removes()) {
                ends.add(change.event().id());
            }
        });

        delete(1);

        assertEquals(
                ends,
                cluster.sent().stream()
                        .filter(sent -> sent.command() instanceof CreateObject create
                                && create.type().equals(PODS))
                        .map(sent -> sent.causationId())
                        .toList());
    }

    @Test
    void conditionsOfTheStatusStay() {
        givenSet(1, "");
        run();
        cluster.change(DB, "status", "{\"status\":{\"conditions\":[{\"type\":\"Mine\",\"status\":\"True\"}]}}");
        scale(2);

        assertEquals("Mine", status().at("/conditions/0/type").asText());
    }

    @Test
    void atRestNothingIsSentAndARestartChangesNothing() {
        givenSet(3, CLAIM);
        run();
        int sent = cluster.sent().size();
        String uid = uid(pod(2));

        cluster.run(new StatefulSetController());
        cluster.pass(Duration.ofMinutes(10));

        assertEquals(sent, cluster.sent().size());
        assertEquals(uid, uid(pod(2)));
        assertFalse(pods().isEmpty());
    }
}
