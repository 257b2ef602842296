package io.shiplog.command.control.disruption;

import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.kind.policy.Budget;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DisruptionControllerTest {
    private static final ObjectKey BUDGET = ObjectKey.of(Budget.TYPE, "shop", "keep");
    private static final ObjectKey WEB = ObjectKey.of(REPLICA_SETS, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();

    private void given(String spec) {
        cluster.given(Budget.TYPE, """
                {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"keep","namespace":"shop"},
                "spec":{"selector":{"matchLabels":{"app":"web"}},%s}}""".formatted(spec));
        cluster.run(new DisruptionController());
        cluster.settle();
    }

    private void givenSet(int replicas) {
        cluster.given(REPLICA_SETS, """
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":%d}}""".formatted(replicas));
    }

    private ObjectKey pod(String name, boolean ready) {
        String uid = cluster.tree(WEB) == null
                ? "none"
                : Objects.requireNonNull(cluster.tree(WEB)).at("/metadata/uid").asText();
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","labels":{"app":"web"},
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"%s","controller":true}]},
                "spec":{"nodeName":"n1"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"%s"}]}}""".formatted(name, uid, ready ? "True" : "False"));
        cluster.settle();
        return ObjectKey.of(PODS, "shop", name);
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(BUDGET)).path("status");
    }

    private void counts(int allowed, int current, int desired, int expected) {
        assertEquals(
                List.of(allowed, current, desired, expected),
                List.of(
                        status().path("disruptionsAllowed").asInt(-1),
                        status().path("currentHealthy").asInt(-1),
                        status().path("desiredHealthy").asInt(-1),
                        status().path("expectedPods").asInt(-1)));
    }

    private String condition() {
        JsonNode condition = status().at("/conditions/0");
        return condition.path("type").asText() + "=" + condition.path("status").asText() + "/"
                + condition.path("reason").asText();
    }

    @Test
    void withoutPodsNothingIsAllowed() {
        given("\"minAvailable\":0");
        counts(0, 0, 0, 0);
        assertEquals("DisruptionAllowed=False/InsufficientPods", condition());
        assertEquals(List.of("No matching pods found"), cluster.eventMessages("NoPods"));
    }

    @Test
    void healthyPodsBeyondTheMinimumMayGo() {
        given("\"minAvailable\":1");
        pod("a", true);
        counts(0, 1, 1, 1);
        pod("b", true);
        counts(1, 2, 1, 2);
        assertEquals("DisruptionAllowed=True/SufficientPods", condition());
        pod("c", false);
        counts(1, 2, 1, 3);
        cluster.delete(ObjectKey.of(PODS, "shop", "a"), Propagation.BACKGROUND);
        cluster.settle();
        counts(0, 1, 1, 3);
        cluster.change(BUDGET, "", "{\"spec\":{\"minAvailable\":0}}");
        cluster.settle();
        counts(1, 1, 0, 3);
        assertEquals(2, status().path("observedGeneration").asInt());
        assertEquals(2, status().at("/conditions/0/observedGeneration").asInt());
    }

    @Test
    void aScaleThatGrowsAllowsLess() {
        givenSet(2);
        given("\"maxUnavailable\":\"50%\"");
        pod("a", true);
        pod("b", true);
        counts(1, 2, 1, 2);
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":4}}");
        cluster.settle();
        counts(0, 2, 2, 4);
    }

    @Test
    void whatCannotBeCountedIsSaid() {
        given("\"maxUnavailable\":1");
        pod("a", true);
        assertEquals(0, status().path("disruptionsAllowed").asInt(-1));
        assertEquals("DisruptionAllowed=False/SyncFailed", condition());
        assertEquals(
                "found no controllers for pod \"a\"",
                status().at("/conditions/0/message").asText());
        assertEquals(
                List.of("Failed to calculate the number of expected pods: found no controllers for pod \"a\""),
                cluster.eventMessages("CalculateExpectedPodCountFailed"));
    }

    @Test
    void anAnnouncedDisruptionIsForgottenAfterItsTime() {
        given("\"minAvailable\":1");
        pod("a", true);
        pod("b", true);
        cluster.change(
                BUDGET,
                "status",
                "{\"status\":{\"disruptedPods\":{\"a\":\"%s\",\"gone\":\"%s\"}}}"
                        .formatted(cluster.now(), cluster.now()));
        cluster.settle();
        counts(0, 1, 1, 2);
        assertEquals(1, status().path("disruptedPods").size());
        cluster.pass(Duration.ofMinutes(3));
        counts(1, 2, 1, 2);
        assertTrue(status().path("disruptedPods").isMissingNode());
    }

    @Test
    void atRestNothingIsSent() {
        given("\"minAvailable\":1");
        pod("a", true);
        int sent = cluster.sent().size();
        cluster.run(new DisruptionController());
        cluster.pass(Duration.ofHours(1));
        assertEquals(sent, cluster.sent().size());
    }
}
