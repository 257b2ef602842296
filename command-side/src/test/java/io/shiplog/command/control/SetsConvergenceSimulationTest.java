package io.shiplog.command.control;

import static io.shiplog.command.control.view.Types.CLAIMS;
import static io.shiplog.command.control.view.Types.CONTROLLER_REVISIONS;
import static io.shiplog.command.control.view.Types.DAEMON_SETS;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.STATEFUL_SETS;
import static io.shiplog.command.control.view.Types.VOLUMES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.daemon.DaemonSetController;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.command.control.stateful.StatefulSetController;
import io.shiplog.command.control.volume.ClaimBinder;
import io.shiplog.command.control.volume.NodeLocalVolumes;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A DaemonSet and a StatefulSet with node-local volumes while users, nodes and faults interfere, as in {@link ConvergenceSimulationTest}: at each
 * step no node has more pods of the DaemonSet than its strategy allows, and once the faults end, all is as asked for. {@code
 * -Dsimulation.seed=N} runs from a seed, {@code -Dsimulation.runs=N} as many.
 */
class SetsConvergenceSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 20);
    private static final int STEPS = 800;
    private static final int MAX_REPLICAS = 4;
    private static final List<String> NODE_NAMES = List.of("n1", "n2", "n3");
    private static final ObjectKey AGENT = ObjectKey.of(DAEMON_SETS, "shop", "agent");
    private static final ObjectKey DB = ObjectKey.of(STATEFUL_SETS, "shop", "db");

    private FakeCluster cluster = new FakeCluster();
    private boolean surges;
    private final Set<String> chosen = new TreeSet<>(NODE_NAMES);
    private int replicas = 3;
    private int agent = 1;
    private int db = 1;
    private long looked;

    static Stream<Long> seeds() {
        long first = Long.getLong("simulation.seed", System.nanoTime());
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappensTheEndIsAsAskedFor(long seed) {
        Random random = new Random(seed);
        cluster = new FakeCluster("sets" + seed);
        FakeNodes.in(cluster);
        givenTheCluster(random);
        List<Driven> loops = List.of(
                cluster.run(new DaemonSetController()),
                cluster.run(new StatefulSetController()),
                cluster.run(new GarbageCollector()),
                cluster.run(new ClaimBinder()),
                cluster.run(new NodeLocalVolumes()),
                cluster.runScheduler());
        cluster.refuse(request -> faults(request, random));
        for (int step = 0; step < STEPS; step++) {
            step(random, loops);
            invariants(seed, step);
        }
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(40)); // The longest wait before a failed pod is replaced, twice.
        peace("seed " + seed);
    }

    private void givenTheCluster(Random random) {
        for (String node : NODE_NAMES) {
            cluster.given(NODES, """
                    {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{"agent":"yes","kubernetes.io/hostname":"%s"}},
                    "status":{"allocatable":{"cpu":"8","memory":"8Gi","pods":"30"}}}""".formatted(node, node));
        }
        surges = random.nextBoolean();
        cluster.given(DAEMON_SETS, """
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent","namespace":"shop"},
                "spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":%d,"maxUnavailable":%d}},
                "selector":{"matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":{"app":"agent"}},
                "spec":{"nodeSelector":{"agent":"yes"},"containers":[{"name":"c","image":"v1"}]}}}}""".formatted(surges ? 1 : 0, surges ? 0 : 1));
        cluster.given(STATEFUL_SETS, """
                {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"shop"},
                "spec":{"replicas":3,"serviceName":"db","podManagementPolicy":"%s","updateStrategy":{"type":"RollingUpdate"},
                "persistentVolumeClaimRetentionPolicy":{"whenScaled":"%s","whenDeleted":"Retain"},
                "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"node-local",
                "resources":{"requests":{"storage":"1Gi"}}}}],
                "selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},
                "spec":{"containers":[{"name":"c","image":"v1"}]}}}}""".formatted(
                random.nextBoolean() ? "Parallel" : "OrderedReady", random.nextBoolean() ? "Delete" : "Retain"));
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
        switch (random.nextInt(42)) {
            case 0 -> {
                replicas = random.nextInt(MAX_REPLICAS + 1);
                cluster.change(DB, "", "{\"spec\":{\"replicas\":" + replicas + "}}");
            }
            case 1 -> {
                db = 1 + random.nextInt(4);
                roll(DB, db);
            }
            case 2 -> {
                agent = 1 + random.nextInt(4);
                roll(AGENT, agent);
            }
            case 3 -> anyPod(random, pod -> cluster.delete(pod, Propagation.BACKGROUND));
            case 4 -> anyPod(random, pod -> cluster.change(pod, "status", "{\"status\":{\"phase\":\"Failed\"}}"));
            case 5 -> loops.get(random.nextInt(loops.size())).restart();
            case 6 -> cluster.pass(Duration.ofMillis(random.nextInt(3000)));
            case 7 -> choose(NODE_NAMES.get(random.nextInt(NODE_NAMES.size())));
            case 8, 9, 10, 11, 12, 13, 14, 15 -> cluster.deliver("events");
            case 16, 17 -> cluster.deliver("happenings");
            case 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 -> cluster.answer();
            default -> cluster.advance();
        }
    }

    private void roll(ObjectKey set, int version) {
        cluster.change(set, "", """
                {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"v%d"}]}}}}""".formatted(version));
    }

    private void choose(String node) {
        boolean now = !chosen.remove(node) && chosen.add(node);
        cluster.change(
                ObjectKey.clusterScoped(NODES, node),
                "",
                "{\"metadata\":{\"labels\":{\"agent\":\"%s\"}}}".formatted(now ? "yes" : "no"));
    }

    private void anyPod(Random random, Consumer<ObjectKey> change) {
        List<ObjectNode> pods = cluster.trees(PODS);
        if (!pods.isEmpty()) {
            JsonNode pod = pods.get(random.nextInt(pods.size()));
            change.accept(ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()));
        }
    }

    /** Neither finished nor terminating. */
    private List<ObjectNode> pods(String app) {
        return cluster.trees(PODS).stream()
                .filter(pod -> pod.at("/metadata/labels/app").asText().equals(app))
                .filter(pod -> !pod.at("/metadata").has("deletionTimestamp"))
                .filter(pod -> !pod.at("/status/phase").asText().equals("Failed"))
                .toList();
    }

    private static String target(JsonNode pod) {
        return pod.at("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0"
                        + "/matchFields/0/values/0")
                .asText();
    }

    private void invariants(long seed, int step) {
        if (cluster.decided("events") == looked) {
            return;
        }
        looked = cluster.decided("events");
        Map<String, Long> perNode = pods("agent").stream()
                .collect(Collectors.groupingBy(SetsConvergenceSimulationTest::target, Collectors.counting()));
        perNode.values()
                .forEach(count -> assertTrue(
                        count <= (surges ? 2 : 1), () -> "seed %d, step %d: %s".formatted(seed, step, perNode)));
    }

    private void peace(String at) {
        assertEquals(
                chosen,
                pods("agent").stream()
                        .map(pod -> pod.at("/spec/nodeName").asText())
                        .collect(Collectors.toCollection(TreeSet::new)),
                at);
        assertEquals(chosen.size(), pods("agent").size(), at);
        pods("agent").forEach(pod -> assertEquals("v" + agent, image(pod), at));
        assertEquals(
                IntStream.range(0, replicas)
                        .mapToObj(ordinal -> "db-" + ordinal + " v" + db + " Running")
                        .toList(),
                cluster.trees(PODS).stream()
                        .filter(pod -> pod.at("/metadata/labels/app").asText().equals("db"))
                        .map(pod -> pod.at("/metadata/name").asText() + " " + image(pod) + " "
                                + pod.at("/status/phase").asText())
                        .toList(),
                at);
        JsonNode status = Objects.requireNonNull(cluster.tree(DB)).path("status");
        assertEquals(replicas, status.path("replicas").asInt(), at);
        assertEquals(replicas, status.path("updatedReplicas").asInt(), at);
        assertEquals(status.path("updateRevision"), status.path("currentRevision"), at);
        Set<String> claims = cluster.trees(CLAIMS).stream()
                .map(each -> each.at("/metadata/name").asText())
                .collect(Collectors.toSet());
        IntStream.range(0, replicas).forEach(ordinal -> assertTrue(claims.contains("data-db-" + ordinal), at));
        volumes(at);
        assertEquals(
                chosen.size(),
                Objects.requireNonNull(cluster.tree(AGENT))
                        .at("/status/updatedNumberScheduled")
                        .asInt(),
                at);
        assertTrue(cluster.trees(CONTROLLER_REVISIONS).size() <= 8, at);
    }

    /** Each claim has one volume, each volume its claim, and a pod runs where its volume is. */
    private void volumes(String at) {
        List<ObjectNode> volumes = cluster.trees(VOLUMES);
        List<ObjectNode> claims = cluster.trees(CLAIMS);
        Set<String> used = claims.stream()
                .filter(claim -> claim.at("/status/phase").asText().equals("Bound"))
                .map(claim -> claim.at("/spec/volumeName").asText())
                .collect(Collectors.toSet());
        assertEquals(
                used,
                volumes.stream()
                        .map(volume -> volume.at("/metadata/name").asText())
                        .collect(Collectors.toSet()),
                () -> at + " " + volumes + " " + claims);
        for (ObjectNode volume : volumes) {
            assertEquals("Bound", volume.at("/status/phase").asText(), at);
            String claim = volume.at("/spec/claimRef/name").asText();
            JsonNode pod = cluster.tree(ObjectKey.of(PODS, "shop", claim.substring("data-".length())));
            if (pod != null) {
                assertEquals(
                        volume.at("/spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/values/0"),
                        pod.at("/spec/nodeName"),
                        at);
            }
        }
    }

    private static String image(JsonNode pod) {
        return pod.at("/spec/containers/0/image").asText();
    }
}
