package io.shiplog.command.control;

import static io.shiplog.command.control.view.Types.DEPLOYMENTS;
import static io.shiplog.command.control.view.Types.ENDPOINT_SLICES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static io.shiplog.command.control.view.Types.SERVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.deployment.DeploymentController;
import io.shiplog.command.control.endpoints.EndpointsController;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.replicas.ReplicaController;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Deployment, its ReplicaSets, the scheduler, endpoints and the garbage collector, all at once: users interfere, images lag,
 * answers come late, commands are refused, controllers restart. At each step no bound is broken; once the faults end, all is as
 * asked for. A failure names its seed; {@code -Dsimulation.seed=N} runs from there, {@code -Dsimulation.runs=N} as many.
 */
class ConvergenceSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 20);
    private static final int STEPS = 800;
    private static final int SURGE = 2;
    private static final int MAX_REPLICAS = 8;
    private static final int PODS_PER_NODE = 7;
    /** Pods that users removed from their set for debugging: the nodes have space for this many besides the others. */
    private static final int MAX_DEBUGGED = 4;

    private static final ObjectKey WEB = ObjectKey.of(DEPLOYMENTS, "shop", "web");

    private FakeCluster cluster = new FakeCluster();
    private int wanted = 3;
    private int mostWanted = 3;
    private int image = 1;
    private long looked;

    static Stream<Long> seeds() {
        long first = Long.getLong("simulation.seed", System.nanoTime());
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappensTheEndIsAsAskedForAndNoBoundIsBroken(long seed) {
        Random random = new Random(seed);
        cluster = new FakeCluster("seed" + seed);
        FakeNodes.in(cluster);
        givenTheCluster();
        List<Driven> loops = List.of(
                cluster.run(new DeploymentController()),
                cluster.run(ReplicaController.ofReplicaSets()),
                cluster.run(new EndpointsController()),
                cluster.run(new GarbageCollector()),
                cluster.runScheduler());
        cluster.refuse(request -> faults(request, random));
        for (int step = 0; step < STEPS; step++) {
            step(random, loops);
            invariants(seed, step);
        }
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(10));
        peace(seed);
    }

    private void givenTheCluster() {
        for (String node : List.of("n1", "n2")) {
            cluster.given(NODES, """
                    {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},
                    "status":{"allocatable":{"cpu":"8","memory":"8Gi","pods":"%d"}}}""".formatted(node, PODS_PER_NODE));
        }
        cluster.given(SERVICES, """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
                "spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":80}]}}""");
        cluster.given(DEPLOYMENTS, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
                "spec":{"replicas":3,"strategy":{"rollingUpdate":{"maxSurge":%d,"maxUnavailable":1}},
                "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","image":"v1"}]}}}}""".formatted(SURGE));
    }

    private static @Nullable Refusal faults(CommandRequest request, Random random) {
        return switch (random.nextInt(24)) {
            case 0 -> Refusal.of(Reason.SERVICE_UNAVAILABLE, "the log cannot be written");
            case 1 -> Refusal.of(Reason.CONFLICT, Refusal.MODIFIED);
            case 2 -> Refusal.of(Reason.FORBIDDEN, "no quota");
            case 3 -> Refusal.of(Reason.TIMEOUT, "too late");
            default -> null;
        };
    }

    private void step(Random random, List<Driven> loops) {
        switch (random.nextInt(40)) {
            case 0 -> scale(random.nextInt(MAX_REPLICAS + 1));
            case 1 -> roll(1 + random.nextInt(4));
            case 2 -> anyPod(random, pod -> cluster.delete(pod, Propagation.BACKGROUND));
            case 3 -> anyPod(random, pod -> cluster.change(pod, "status", "{\"status\":{\"phase\":\"Failed\"}}"));
            case 4 -> anyPod(random, this::debug);
            case 5 -> loops.get(random.nextInt(loops.size())).restart();
            case 6 -> cluster.pass(Duration.ofMillis(random.nextInt(3000)));
            case 7, 8, 9, 10, 11, 12, 13, 14 -> cluster.deliver("events");
            case 15, 16 -> cluster.deliver("happenings");
            case 17, 18, 19, 20, 21, 22, 23, 24, 25, 26 -> cluster.answer();
            default -> cluster.advance();
        }
    }

    private void scale(int replicas) {
        wanted = replicas;
        mostWanted = Math.max(mostWanted, replicas);
        cluster.change(WEB, "", "{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    private void roll(int version) {
        image = version;
        cluster.change(WEB, "", """
                {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"v%d"}]}}}}""".formatted(version));
    }

    private void anyPod(Random random, Consumer<ObjectKey> change) {
        List<ObjectNode> pods = cluster.trees(PODS);
        if (!pods.isEmpty()) {
            JsonNode pod = pods.get(random.nextInt(pods.size()));
            change.accept(ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()));
        }
    }

    private void debug(ObjectKey pod) {
        long debugged = cluster.trees(PODS).stream()
                .filter(each -> each.at("/metadata/labels/app").asText().equals("debug"))
                .count();
        if (debugged < MAX_DEBUGGED) {
            cluster.change(pod, "", "{\"metadata\":{\"labels\":{\"app\":\"debug\"}}}");
        }
    }

    private List<ObjectNode> replicas() {
        return cluster.trees(PODS).stream()
                .filter(pod -> pod.at("/metadata/labels/app").asText().equals("web"))
                .filter(pod -> !pod.at("/metadata").has("deletionTimestamp"))
                .filter(pod -> !pod.at("/status/phase").asText().equals("Failed"))
                .toList();
    }

    private void invariants(long seed, int step) {
        if (cluster.decided("events") == looked) {
            return;
        }
        looked = cluster.decided("events");
        int pods = replicas().size();
        assertTrue(
                pods <= mostWanted + SURGE,
                () -> "seed %d, step %d: %d pods where at most %d + %d may be"
                        .formatted(seed, step, pods, mostWanted, SURGE));
        Map<String, Long> perNode = cluster.trees(PODS).stream()
                .filter(pod -> pod.at("/spec").has("nodeName"))
                .filter(pod -> !pod.at("/status/phase").asText().equals("Failed"))
                .collect(Collectors.groupingBy(pod -> pod.at("/spec/nodeName").asText(), Collectors.counting()));
        perNode.values()
                .forEach(count -> assertTrue(
                        count <= PODS_PER_NODE, () -> "seed %d, step %d: %s".formatted(seed, step, perNode)));
    }

    private void peace(long seed) {
        String at = "seed " + seed;
        assertEquals(wanted, replicas().size(), at);
        for (ObjectNode pod : replicas()) {
            assertEquals("v" + image, pod.at("/spec/containers/0/image").asText(), at);
        }
        JsonNode status = Objects.requireNonNull(cluster.tree(WEB)).path("status");
        long ready = replicas().stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                .count();
        assertEquals(ready, status.path("readyReplicas").asLong(), at);
        assertEquals(wanted, status.path("replicas").asInt(), at);
        int sets = cluster.trees(REPLICA_SETS).stream()
                .mapToInt(set -> set.at("/spec/replicas").asInt())
                .sum();
        assertEquals(wanted, sets, at);
        int endpoints = cluster.trees(ENDPOINT_SLICES).stream()
                .mapToInt(slice -> slice.path("endpoints").size())
                .sum();
        assertEquals(ready, endpoints, at);
    }
}
