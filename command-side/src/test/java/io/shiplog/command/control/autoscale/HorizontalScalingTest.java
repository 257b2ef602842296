package io.shiplog.command.control.autoscale;

import static io.shiplog.command.control.view.Types.DEPLOYMENTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HorizontalScalingTest {
    private static final ResourceType AUTOSCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");
    private static final ObjectKey WEB = ObjectKey.of(DEPLOYMENTS, "shop", "web");
    private static final ObjectKey SCALER = ObjectKey.of(AUTOSCALERS, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();

    private void givenDeployment(int replicas) {
        cluster.given(DEPLOYMENTS, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":%d}}""".formatted(replicas));
    }

    private void givenScaler(String kind) {
        cluster.given(AUTOSCALERS, """
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web","namespace":"shop"},
                "spec":{"minReplicas":2,"maxReplicas":4,"metrics":[{"type":"Resource","resource":{"name":"cpu"}}],
                "scaleTargetRef":{"apiVersion":"apps/v1","kind":"%s","name":"web"}}}""".formatted(kind));
    }

    private void run() {
        cluster.run(new HorizontalScaling());
        cluster.settle();
        cluster.pass(HorizontalScaling.SYNC_PERIOD);
    }

    private int replicas() {
        return Objects.requireNonNull(cluster.tree(WEB)).at("/spec/replicas").asInt();
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(SCALER)).path("status");
    }

    private String condition(String type) {
        JsonNode condition = Conditions.find(status().path("conditions"), type);
        return condition.path("status").asText() + " "
                + condition.path("reason").asText();
    }

    @Test
    void aTargetOutsideOfItsBoundsIsBroughtBack() {
        givenDeployment(9);
        givenScaler("Deployment");
        run();
        assertEquals(4, replicas());
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":1}}");
        cluster.settle();

        assertEquals(2, replicas());
        assertEquals(2, status().path("desiredReplicas").asInt());
        assertEquals(
                List.of(
                        "New size: 4; reason: Current number of replicas above Spec.MaxReplicas",
                        "New size: 2; reason: Current number of replicas below Spec.MinReplicas"),
                cluster.eventMessages("SuccessfulRescale"));
    }

    @Test
    void aNewAutoscalerIsLookedAtAfterTheSyncPeriod() {
        givenDeployment(9);
        givenScaler("Deployment");
        cluster.run(new HorizontalScaling());
        cluster.pass(HorizontalScaling.SYNC_PERIOD.minusSeconds(1));
        assertEquals(9, replicas());
        assertTrue(status().isEmpty());

        cluster.pass(Duration.ofSeconds(1));
        assertEquals(4, replicas());
    }

    @Test
    void withinItsBoundsItKeepsItsSizeAndSaysThatThereAreNoMetrics() {
        givenDeployment(3);
        givenScaler("Deployment");
        run();

        assertEquals(3, replicas());
        assertEquals("True SucceededGetScale", condition("AbleToScale"));
        assertEquals("False FailedGetResourceMetric", condition("ScalingActive"));
        int sent = cluster.sent().size();
        cluster.pass(Duration.ofMinutes(10));
        assertEquals(sent, cluster.sent().size());
    }

    @Test
    void zeroReplicasSwitchItOff() {
        givenDeployment(0);
        givenScaler("Deployment");
        run();

        assertEquals(0, replicas());
        assertEquals("False ScalingDisabled", condition("ScalingActive"));
    }

    @Test
    void aTargetThatIsMissingOrCannotBeScaledIsNamed() {
        givenScaler("Deployment");
        run();
        assertEquals("False FailedGetScale", condition("AbleToScale"));
        assertEquals(List.of("deployments.apps \"web\" not found"), cluster.eventMessages("FailedGetScale"));

        givenDeployment(3);
        cluster.settle();
        assertEquals("True SucceededGetScale", condition("AbleToScale"));

        cluster.change(SCALER, "", "{\"spec\":{\"scaleTargetRef\":{\"kind\":\"DaemonSet\"}}}");
        cluster.settle();
        assertEquals("False FailedGetScale", condition("AbleToScale"));
    }
}
