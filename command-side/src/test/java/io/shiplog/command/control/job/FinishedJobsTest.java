package io.shiplog.command.control.job;

import static io.shiplog.command.control.view.Types.JOBS;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.garbage.EventTtlController;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Jobs that finish and are collected leave nothing behind. {@code -Djobs=100000} runs as many and prints the heap after each tenth; run it
 * with a small heap, which a leak would fill.
 */
class FinishedJobsTest {
    private static final int JOBS_IN_ALL = Integer.getInteger("jobs", 300);
    private static final int ROUND = Math.max(1, Math.min(500, JOBS_IN_ALL / 10));

    @Test
    void finishedAndCollectedJobsLeaveNothingBehind() {
        FakeCluster cluster = new FakeCluster();
        JobController controller = new JobController();
        ControllerLoop loop = cluster.run(controller);
        ControllerLoop ttl = cluster.run(new TtlAfterFinished());
        ControllerLoop garbage = cluster.run(new GarbageCollector());
        cluster.run(new EventTtlController(Duration.ofHours(1)));
        for (int made = 0; made < JOBS_IN_ALL; made += ROUND) {
            for (int i = 0; i < ROUND; i++) {
                cluster.given(JOBS, """
                        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"work-%1$d","namespace":"shop"},
                        "spec":{"completions":1,"parallelism":1,"ttlSecondsAfterFinished":10,"backoffLimit":1,
                        "selector":{"matchLabels":{"app":"%1$d"}},"template":{"metadata":{"labels":{"app":"%1$d"}},
                        "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""".formatted(made + i));
            }
            cluster.settle();
            cluster.trees(PODS)
                    .forEach(pod -> cluster.change(
                            ObjectKey.of(PODS, "shop", pod.at("/metadata/name").asText()),
                            "status",
                            "{\"status\":{\"phase\":\"Succeeded\"}}"));
            cluster.pass(Duration.ofHours(3));
            cluster.sent().clear();
            if (JOBS_IN_ALL >= 10_000 && made % (JOBS_IN_ALL / 10) < ROUND) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                System.out.printf(
                        "%d jobs: %d KiB of heap%n", made, (runtime.totalMemory() - runtime.freeMemory()) / 1024);
            }
        }
        assertEquals(0, cluster.trees(JOBS).size());
        assertEquals(0, cluster.trees(PODS).size());
        assertEquals(0, cluster.image().list(JOBS).size());
        assertEquals(0, controller.remembered());
        assertEquals(0, loop.remembered());
        assertEquals(0, ttl.remembered());
        assertEquals(0, garbage.remembered());
    }
}
