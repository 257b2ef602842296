package io.shiplog.command.control.autoscale;

import static io.shiplog.command.control.view.Types.DEPLOYMENTS;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.usage.UsageSource;
import io.shiplog.projections.usage.Usages;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HorizontalScalingTest {
    private static final ResourceType AUTOSCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");
    private static final String CPU_50 =
            "{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":50}}}";
    private static final ObjectKey WEB = ObjectKey.of(DEPLOYMENTS, "shop", "web");
    private static final ObjectKey SCALER = ObjectKey.of(AUTOSCALERS, "shop", "web");

    private final FakeCluster cluster = new FakeCluster();
    private volatile Usages used = Usages.NONE;
    private final UsageSource usages = new UsageSource() {
        @Override
        public Usages current() {
            return used;
        }

        @Override
        public CompletionStage<Usages> newest() {
            return CompletableFuture.completedFuture(used);
        }
    };

    /** A pod of the Deployment that requests 100m of CPU in its container app. */
    private void givenPod(String name) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","labels":{"app":"web"}},
                "spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"100m"}}},{"name":"side","resources":{"requests":{"cpu":"100m"}}}]},
                "status":{"phase":"Running","startTime":"2020-01-01T00:00:00Z",
                "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2020-01-01T00:00:00Z"}]}}""".formatted(name));
    }

    /** Every pod uses so much in app, and nothing in side, from now on. */
    private void using(long cpuMillis) {
        Map<String, Usages.OfPod> pods = new HashMap<>();
        for (StoredObject pod : cluster.image().list(PODS, "shop")) {
            pods.put(
                    "shop/" + pod.key().name(),
                    new Usages.OfPod(
                            "shop",
                            pod.key().name(),
                            pod.uid(),
                            cluster.now(),
                            Duration.ofSeconds(10),
                            Map.of(
                                    "app",
                                    new Usages.Amounts(cpuMillis * 1_000_000, 1 << 20),
                                    "side",
                                    new Usages.Amounts(0, 1 << 20))));
        }
        used = new Usages(Map.of(), pods);
    }

    private void passUsing(Duration time, long cpuMillis) {
        for (Duration left = time; left.isPositive(); left = left.minus(HorizontalScaling.SYNC_PERIOD)) {
            using(cpuMillis);
            cluster.pass(HorizontalScaling.SYNC_PERIOD);
        }
    }

    private void metrics(String json) {
        cluster.change(SCALER, "", "{\"spec\":{\"metrics\":[%s]}}".formatted(json));
        cluster.settle();
        cluster.pass(HorizontalScaling.SYNC_PERIOD);
    }

    @Test
    void aLoadAddsReplicasAndTheirEndRemovesThemAfterTheWindow() {
        givenDeployment(2);
        givenPod("web-1");
        givenPod("web-2");
        givenScaler("Deployment");
        metrics(CPU_50);
        using(160);
        run();
        using(160);
        cluster.pass(HorizontalScaling.SYNC_PERIOD);

        assertEquals(4, replicas(), "80 % of what they request, of a target of 50 %");
        assertEquals("True ValidMetricFound", condition("ScalingActive"));
        assertEquals(
                List.of("New size: 4; reason: cpu resource utilization (percentage of request) above target"),
                cluster.eventMessages("SuccessfulRescale"));
        assertEquals(
                "80",
                status().at("/currentMetrics/0/resource/current/averageUtilization")
                        .asText());
        assertEquals(
                "160m",
                status().at("/currentMetrics/0/resource/current/averageValue").asText());

        givenPod("web-3");
        givenPod("web-4");
        passUsing(Duration.ofMinutes(4), 10);
        assertEquals(4, replicas());
        assertEquals("True ScaleDownStabilized", condition("AbleToScale"));

        passUsing(Duration.ofMinutes(2), 10);
        assertEquals(2, replicas());
        assertEquals(
                "New size: 2; reason: All metrics below target",
                cluster.eventMessages("SuccessfulRescale").getLast());
        assertEquals("True TooFewReplicas", condition("ScalingLimited"));
    }

    @Test
    void oneContainerAloneIsMeasured() {
        givenDeployment(2);
        givenPod("web-1");
        givenPod("web-2");
        givenScaler("Deployment");
        using(75);
        run();
        metrics(
                "{\"type\":\"ContainerResource\",\"containerResource\":{\"name\":\"cpu\",\"container\":\"app\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":50}}}");
        passUsing(HorizontalScaling.SYNC_PERIOD, 75);

        assertEquals(3, replicas());
        assertEquals(
                "app",
                status().at("/currentMetrics/0/containerResource/container").asText());
    }

    /** One metric that cannot be computed keeps what is there from being removed, not from being added to. */
    @Test
    void aMetricWithoutAnAdapterIsRefusedAndHoldsRemovalsUp() {
        String external =
                ",{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},\"target\":{\"type\":\"Value\",\"value\":\"1\"}}}";
        givenDeployment(4);
        givenPod("web-1");
        givenPod("web-2");
        givenPod("web-3");
        givenPod("web-4");
        givenScaler("Deployment");
        using(10);
        run();
        metrics(CPU_50 + external);
        passUsing(Duration.ofMinutes(10), 10);

        assertEquals(4, replicas());
        assertEquals("False FailedGetExternalMetric", condition("ScalingActive"));
        assertTrue(cluster.eventMessages("FailedGetExternalMetric")
                .getFirst()
                .contains("no external metrics API (external.metrics.k8s.io) registered"));

        cluster.change(SCALER, "", "{\"spec\":{\"maxReplicas\":9}}");
        passUsing(HorizontalScaling.SYNC_PERIOD, 200);
        assertEquals(8, replicas());
    }

    /** The nodes have not answered for a while. */
    @Test
    void anOldReadingIsNone() {
        givenDeployment(2);
        givenPod("web-1");
        givenPod("web-2");
        givenScaler("Deployment");
        metrics(CPU_50);
        using(10);
        run();
        cluster.pass(Duration.ofMinutes(10));

        assertEquals("False FailedGetResourceMetric", condition("ScalingActive"));
        assertEquals(2, replicas());
    }

    @Test
    void twoAutoscalersOfTheSamePodsAreNamed() {
        givenDeployment(2);
        givenPod("web-1");
        givenScaler("Deployment");
        cluster.given(AUTOSCALERS, """
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"twin","namespace":"shop"},
                "spec":{"maxReplicas":4,"metrics":[],"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}""");
        using(100);
        run();

        assertEquals("False AmbiguousSelector", condition("ScalingActive"));
        assertTrue(cluster.eventMessages("AmbiguousSelector")
                .contains("pods by selector app=web are controlled by multiple HPAs: [{twin shop} {web shop}]"));
        assertEquals(2, replicas());
    }

    private void givenDeployment(int replicas) {
        cluster.given(DEPLOYMENTS, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}}}}""".formatted(replicas));
    }

    private void givenScaler(String kind) {
        cluster.given(AUTOSCALERS, """
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web","namespace":"shop"},
                "spec":{"minReplicas":2,"maxReplicas":4,"metrics":[{"type":"Resource","resource":{"name":"cpu"}}],
                "scaleTargetRef":{"apiVersion":"apps/v1","kind":"%s","name":"web"}}}""".formatted(kind));
    }

    private void run() {
        cluster.run(new HorizontalScaling(usages));
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
        cluster.run(new HorizontalScaling(usages));
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
