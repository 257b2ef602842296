package io.shiplog.command.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexedJobTest {
    private static final String INDEXED = "\"completionMode\":\"Indexed\",";
    private final JobWorld world = new JobWorld();

    @Test
    void eachIndexHasAPodThatKnowsIt() {
        world.givenJob(INDEXED + "\"completions\":4,\"parallelism\":2");
        assertEquals(List.of(0, 1), world.liveIndexes());
        ObjectNode pod = world.live(1);
        assertTrue(pod.at("/metadata/name").asText().matches("work-1-[a-z0-9]{5}"));
        assertEquals("1", pod.path("metadata").path("labels").path(JobPod.INDEX).asText());
        assertEquals("work-1", pod.at("/spec/hostname").asText());
        assertEquals(
                "JOB_COMPLETION_INDEX", pod.at("/spec/containers/0/env/0/name").asText());
        assertEquals(
                "metadata.labels['batch.kubernetes.io/job-completion-index']",
                pod.at("/spec/containers/0/env/0/valueFrom/fieldRef/fieldPath").asText());
        world.ends(world.live(0), 0);
        assertEquals(List.of(1, 2), world.liveIndexes());
        assertEquals("0", world.status().path("completedIndexes").asText());
        world.ends(world.live(2), 0);
        assertEquals("0,2", world.status().path("completedIndexes").asText());
        world.ends(world.live(1), 0);
        assertEquals("0-2", world.status().path("completedIndexes").asText());
        world.ends(world.live(3), 0);
        assertEquals("0-3", world.status().path("completedIndexes").asText());
        assertEquals(4, world.status().path("succeeded").asInt());
        assertEquals("Complete/CompletionsReached", world.conditions().getLast());
    }

    @Test
    void aFailedIndexIsTriedAgain() {
        world.givenJob(INDEXED + "\"completions\":2,\"parallelism\":2");
        world.ends(world.live(1), 3);
        assertEquals(List.of(0), world.liveIndexes());
        world.cluster.pass(Duration.ofSeconds(10));
        assertEquals(List.of(0, 1), world.liveIndexes());
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void eachIndexHasItsLimitAndTheOthersGoOn() {
        world.givenJob(
                INDEXED + "\"completions\":3,\"parallelism\":3,\"backoffLimit\":2147483647,\"backoffLimitPerIndex\":1");
        assertEquals("", world.status().path("failedIndexes").asText("absent"));
        world.ends(world.live(1), 1);
        assertEquals("", world.status().path("failedIndexes").asText());
        world.cluster.pass(Duration.ofSeconds(10));
        ObjectNode again = world.live(1);
        assertEquals(
                "1",
                again.at("/metadata/annotations").path(JobPod.INDEX_FAILURES).asText());
        world.ends(again, 1);
        world.cluster.pass(Duration.ofHours(1));
        assertEquals("1", world.status().path("failedIndexes").asText());
        assertEquals(List.of(0, 2), world.liveIndexes());
        world.ends(world.live(0), 0).ends(world.live(2), 0);
        assertEquals("Failed/FailedIndexes", world.conditions().getLast());
        assertEquals("Job has failed indexes", world.message("Failed"));
        assertEquals("0,2", world.status().path("completedIndexes").asText());
        assertEquals(2, world.status().path("failed").asInt());
    }

    @Test
    void tooManyFailedIndexesEndTheJob() {
        world.givenJob(
                INDEXED
                        + "\"completions\":4,\"parallelism\":4,\"backoffLimit\":2147483647,\"backoffLimitPerIndex\":0,\"maxFailedIndexes\":1");
        world.ends(world.live(0), 1);
        assertEquals(List.of(), world.conditions());
        world.ends(world.live(2), 1);
        assertEquals("Failed/MaxFailedIndexesExceeded", world.conditions().getLast());
        assertEquals("0,2", world.status().path("failedIndexes").asText());
        assertEquals(List.of(), world.liveIndexes());
    }

    @Test
    void anElasticJobGrowsAndShrinks() {
        world.givenJob(INDEXED + "\"completions\":3,\"parallelism\":3");
        world.ends(world.live(2), 0);
        world.change("\"completions\":5,\"parallelism\":5");
        assertEquals(List.of(0, 1, 3, 4), world.liveIndexes());
        world.change("\"completions\":2,\"parallelism\":2");
        assertEquals(List.of(0, 1), world.liveIndexes());
        assertEquals("", world.status().path("completedIndexes").asText());
        world.ends(world.live(0), 0).ends(world.live(1), 0);
        assertEquals("Complete/CompletionsReached", world.conditions().getLast());
        assertEquals(2, world.status().path("succeeded").asInt());
    }

    @Test
    void oneIndexWithTwoPodsLosesOne() {
        world.givenJob(INDEXED + "\"completions\":2,\"parallelism\":2");
        ObjectNode twin = world.live(0).deepCopy();
        twin.withObject("/metadata").put("name", "twin").remove(List.of("uid", "resourceVersion"));
        world.cluster.given(io.shiplog.command.control.view.Types.PODS, twin.toString());
        world.cluster.settle();
        assertEquals(List.of(0, 1), world.liveIndexes());
    }
}
