package io.shiplog.command.control.deployment;

import static io.shiplog.command.control.view.Types.DEPLOYMENTS;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.replicas.ReplicaController;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rolling updates and rollbacks in the midst of them, with random bounds, slow and fast controllers, late images and answers,
 * refused commands, restarts, and pods that get ready at once, late or never. Pods end only by the controllers, so at every
 * moment at least replicas - maxUnavailable are available and at most replicas + maxSurge exist. A failure names its seed;
 * {@code -Dsimulation.seed=N} runs from there, {@code -Dsimulation.runs=N} as many.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment">Rolling Update
 *     Deployment</a>
 */
class RolloutBoundsSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 60);
    private static final int STEPS = 600;
    private static final int MAX_REPLICAS = 12;
    private static final String BAD = "bad";

    private static final ObjectKey WEB = ObjectKey.of(DEPLOYMENTS, "shop", "web");

    static Stream<Long> seeds() {
        long first = Long.getLong("simulation.seed", System.nanoTime());
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    /** What one run is like: the bounds, and how often who acts. */
    private record Setting(
            int replicas, int surge, int unavailable, int deployments, int sets, int delivery, int late) {
        static Setting of(Random random) {
            int replicas = 1 + random.nextInt(MAX_REPLICAS);
            int surge = random.nextInt(4);
            int unavailable = surge == 0 ? 1 + random.nextInt(3) : random.nextInt(4);
            return new Setting(
                    replicas,
                    surge,
                    Math.min(unavailable, replicas),
                    1 + random.nextInt(20),
                    1 + random.nextInt(20),
                    1 + random.nextInt(20),
                    random.nextInt(3));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRolloutKeepsItsBoundsAtEveryMoment(long seed) {
        Random random = new Random(seed);
        Setting setting = Setting.of(random);
        FakeCluster cluster = new FakeCluster("rollout" + seed);
        FakeNodes nodes = FakeNodes.in(cluster);
        Driven deployments = cluster.run(new DeploymentController());
        Driven sets = cluster.run(ReplicaController.ofReplicaSets());
        // given
        cluster.given(DEPLOYMENTS, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":%d,"strategy":{"rollingUpdate":{"maxSurge":%d,"maxUnavailable":%d}},
                "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"nodeName":"n1","containers":[{"name":"c","image":"v0"}]}}}}""".formatted(setting.replicas(), setting.surge(), setting.unavailable()));
        cluster.settle();
        nodes.only(pod -> !image(pod.json().tree()).equals(BAD)
                && (setting.late() == 0 || random.nextInt(setting.late() + 1) == 0));
        cluster.refuse(request -> faults(request, random));
        // when
        for (int step = 0; step < STEPS; step++) {
            step(random, setting, cluster, nodes, deployments, sets);
            // then
            bounds(seed, step, setting, cluster);
        }
        nodes.only(pod -> !image(pod.json().tree()).equals(BAD));
        roll(cluster, "v9");
        cluster.refuse(request -> null);
        for (int i = 0; i < setting.replicas() + 1; i++) {
            cluster.pass(Duration.ofMinutes(10));
            cluster.trees(PODS).forEach(pod -> ready(pod, cluster, nodes));
        }
        cluster.settle();
        assertEquals(
                setting.replicas(),
                Objects.requireNonNull(cluster.tree(WEB))
                        .at("/status/updatedReplicas")
                        .asInt(),
                "seed " + seed + ": the rollout ends");
        assertEquals(setting.replicas(), available(cluster), "seed " + seed);
    }

    private static @Nullable Refusal faults(CommandRequest request, Random random) {
        return switch (random.nextInt(40)) {
            case 0 -> Refusal.of(Reason.SERVICE_UNAVAILABLE, "the log cannot be written");
            case 1 -> Refusal.of(Reason.CONFLICT, Refusal.MODIFIED);
            case 2 -> Refusal.of(Reason.FORBIDDEN, "no quota");
            default -> null;
        };
    }

    private static void step(
            Random random, Setting setting, FakeCluster cluster, FakeNodes nodes, Driven deployments, Driven sets) {
        int all = setting.deployments() + setting.sets() + 2 * setting.delivery();
        int which = random.nextInt(all + 6);
        if (which < setting.deployments()) {
            deployments.advance();
        } else if (which < setting.deployments() + setting.sets()) {
            sets.advance();
        } else if (which < setting.deployments() + setting.sets() + setting.delivery()) {
            cluster.deliver("events");
        } else if (which < all) {
            cluster.answer();
        } else {
            disturb(random, which - all, cluster, nodes, deployments, sets);
        }
    }

    private static void disturb(
            Random random, int what, FakeCluster cluster, FakeNodes nodes, Driven deployments, Driven sets) {
        switch (what) {
            case 0 -> {
                if (random.nextInt(4) == 0) {
                    roll(cluster, random.nextInt(4) == 0 ? BAD : "v" + random.nextInt(3));
                }
            }
            case 1 -> {
                if (random.nextInt(10) == 0) {
                    cluster.pass(Duration.ofMillis(random.nextInt(2000)));
                }
            }
            case 2 -> {
                if (random.nextInt(10) == 0) {
                    (random.nextBoolean() ? deployments : sets).restart();
                }
            }
            default -> {
                List<ObjectNode> pods = cluster.trees(PODS);
                if (!pods.isEmpty()) {
                    ready(pods.get(random.nextInt(pods.size())), cluster, nodes);
                }
            }
        }
    }

    private static void roll(FakeCluster cluster, String image) {
        cluster.change(WEB, "", """
                {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"%s"}]}}}}""".formatted(image));
    }

    /** A pod that was late gets ready. */
    private static void ready(JsonNode pod, FakeCluster cluster, FakeNodes nodes) {
        StoredObject seen = cluster.image()
                .get(ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()));
        if (seen != null && active(pod) && !pod.has("status") && !image(pod).equals(BAD)) {
            nodes.ready(seen);
        }
    }

    private static String image(JsonNode pod) {
        return pod.at("/spec/containers/0/image").asText();
    }

    private static boolean active(JsonNode pod) {
        return !pod.path("metadata").has("deletionTimestamp");
    }

    private static int available(FakeCluster cluster) {
        return (int) cluster.trees(PODS).stream()
                .filter(pod -> active(pod)
                        && pod.at("/status/conditions/0/status").asText().equals("True"))
                .count();
    }

    private static void bounds(long seed, int step, Setting setting, FakeCluster cluster) {
        int available = available(cluster);
        long pods = cluster.trees(PODS).stream()
                .filter(RolloutBoundsSimulationTest::active)
                .count();
        assertTrue(
                available >= setting.replicas() - setting.unavailable(),
                () -> "seed %d, step %d: %d available in %s".formatted(seed, step, available, setting));
        assertTrue(
                pods <= setting.replicas() + setting.surge(),
                () -> "seed %d, step %d: %d pods in %s".formatted(seed, step, pods, setting));
    }
}
