package io.shiplog.command.control.job;

import static io.shiplog.command.control.view.Types.JOBS;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.control.loop.Driven;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Job whose pods end as they like: users delete pods, suspend and scale, images lag, answers come late, commands are refused, the
 * controller restarts. At each step no more pods run than allowed and no counter goes back; at the end every pod that ended is counted
 * once. A failure names its seed; {@code -Dsimulation.seed=N} runs from there, {@code -Dsimulation.runs=N} as many.
 */
class JobConvergenceTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 20);
    private static final int STEPS = 600;
    private static final int COMPLETIONS = 12;
    private static final int MAX_PARALLELISM = 5;
    private static final ObjectKey JOB = ObjectKey.of(JOBS, "shop", "work");

    private FakeCluster cluster = new FakeCluster();
    private final Set<String> succeeded = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private int mostParallel = 3;
    private int succeededBefore;
    private int failedBefore;

    static Stream<Long> seeds() {
        long first = Long.getLong("simulation.seed", System.nanoTime());
        return Stream.iterate(first, seed -> seed + 1).limit(RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyPodIsCountedOnceAndNeverTooManyRun(long seed) {
        Random random = new Random(seed);
        boolean indexed = seed % 2 == 0;
        cluster = new FakeCluster("jobs" + seed);
        cluster.observe(change -> {
            StoredPod pod =
                    StoredPod.of(change.after().key(), change.after().json().tree());
            if (pod != null && pod.ended()) {
                (pod.succeeded() ? succeeded : failed).add(pod.uid());
            }
        });
        givenAJob(indexed);
        List<Driven> loops = List.of(cluster.run(new JobController()), cluster.run(new GarbageCollector()));
        cluster.refuse(request -> faults(request, random));
        for (int step = 0; step < STEPS; step++) {
            step(random, loops);
            invariants(seed, step);
        }
        cluster.refuse(request -> null);
        cluster.change(JOB, "", "{\"spec\":{\"suspend\":false,\"parallelism\":3}}");
        peace("seed " + seed, indexed);
    }

    /** What a test needs to know of a pod. */
    private record StoredPod(String uid, String phase, boolean deleting) {
        static @Nullable StoredPod of(ObjectKey key, JsonNode tree) {
            return key.type().equals(PODS)
                    ? new StoredPod(
                            tree.at("/metadata/uid").asText(),
                            tree.at("/status/phase").asText(),
                            tree.path("metadata").has("deletionTimestamp"))
                    : null;
        }

        boolean succeeded() {
            return phase.equals("Succeeded");
        }

        boolean ended() {
            return deleting || succeeded() || phase.equals("Failed");
        }
    }

    private void givenAJob(boolean indexed) {
        cluster.given(JOBS, """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"work","namespace":"shop"},
                "spec":{"completions":%d,"parallelism":3,"completionMode":"%s","backoffLimit":1000000,
                "selector":{"matchLabels":{"app":"work"}},"template":{"metadata":{"labels":{"app":"work"}},
                "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""".formatted(COMPLETIONS, indexed ? "Indexed" : "NonIndexed"));
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
            case 0 -> scale(1 + random.nextInt(MAX_PARALLELISM));
            case 1 -> cluster.change(JOB, "", "{\"spec\":{\"suspend\":" + (random.nextInt(3) == 0) + "}}");
            case 2 -> anyPod(random, pod -> cluster.delete(pod, Propagation.BACKGROUND));
            case 3 -> livePod(random, pod -> cluster.change(pod, "status", "{\"status\":{\"phase\":\"Failed\"}}"));
            case 4 -> livePod(random, pod -> cluster.change(pod, "status", "{\"status\":{\"phase\":\"Succeeded\"}}"));
            case 5 -> loops.get(random.nextInt(loops.size())).restart();
            case 6 -> cluster.pass(Duration.ofSeconds(random.nextInt(60)));
            case 7, 8, 9, 10, 11, 12, 13, 14 -> cluster.deliver("events");
            case 15, 16 -> cluster.deliver("happenings");
            case 17, 18, 19, 20, 21, 22, 23, 24, 25, 26 -> cluster.answer();
            default -> cluster.advance();
        }
    }

    private void scale(int parallelism) {
        mostParallel = Math.max(mostParallel, parallelism);
        cluster.change(JOB, "", "{\"spec\":{\"parallelism\":" + parallelism + "}}");
    }

    private void anyPod(Random random, Consumer<ObjectKey> change) {
        any(random, cluster.trees(PODS), change);
    }

    private void livePod(Random random, Consumer<ObjectKey> change) {
        any(random, live(), change);
    }

    private static void any(Random random, List<ObjectNode> pods, Consumer<ObjectKey> change) {
        if (!pods.isEmpty()) {
            change.accept(key(pods.get(random.nextInt(pods.size()))));
        }
    }

    private static ObjectKey key(JsonNode pod) {
        return ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText());
    }

    private List<ObjectNode> live() {
        return cluster.trees(PODS).stream()
                .filter(pod ->
                        !Objects.requireNonNull(StoredPod.of(key(pod), pod)).ended())
                .toList();
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(JOB)).path("status");
    }

    private void invariants(long seed, int step) {
        int live = live().size();
        assertTrue(live <= mostParallel, () -> "seed %d, step %d: %d pods run".formatted(seed, step, live));
        int succeededNow = status().path("succeeded").asInt();
        int failedNow = status().path("failed").asInt();
        assertTrue(
                succeededNow >= succeededBefore && failedNow >= failedBefore,
                () -> "seed %d, step %d: a counter went back".formatted(seed, step));
        succeededBefore = succeededNow;
        failedBefore = failedNow;
    }

    private void peace(String seed, boolean indexed) {
        cluster.pass(Duration.ofHours(1));
        for (int round = 0; round < 2 * COMPLETIONS && !status().has("completionTime"); round++) {
            live().forEach(pod -> cluster.change(key(pod), "status", "{\"status\":{\"phase\":\"Succeeded\"}}"));
            cluster.pass(Duration.ofHours(1));
        }
        assertTrue(status().has("completionTime"), () -> seed + ": " + status());
        assertTrue(status().path("uncountedTerminatedPods").isEmpty(), seed);
        assertEquals(failed.size(), status().path("failed").asInt(), seed);
        if (indexed) {
            assertEquals(
                    "0-" + (COMPLETIONS - 1), status().path("completedIndexes").asText(), seed);
            assertEquals(COMPLETIONS, status().path("succeeded").asInt(), seed);
        } else {
            assertEquals(succeeded.size(), status().path("succeeded").asInt(), seed);
        }
        assertTrue(
                cluster.trees(PODS).stream()
                        .noneMatch(
                                pod -> pod.at("/metadata/finalizers").toString().contains(JobPod.TRACKING)),
                seed);
    }
}
