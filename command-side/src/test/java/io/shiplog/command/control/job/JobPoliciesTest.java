package io.shiplog.command.control.job;

import static io.shiplog.command.control.job.JobWorld.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Propagation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobPoliciesTest {
    private static final String ONE = "\"completions\":1,\"parallelism\":1";
    private static final String INDEXED = "\"completionMode\":\"Indexed\",";
    private final JobWorld world = new JobWorld();

    private static String policy(String rules) {
        return ",\"podFailurePolicy\":{\"rules\":[" + rules + "]}";
    }

    @Test
    void anExitCodeFailsTheJobAtOnce() {
        world.givenJob(
                ONE
                        + policy(
                                "{\"action\":\"FailJob\",\"onExitCodes\":{\"containerName\":\"c\",\"operator\":\"In\",\"values\":[42]}}"));
        ObjectNode pod = world.live().getFirst();
        world.ends(pod, 42);
        assertEquals(List.of("FailureTarget/PodFailurePolicy", "Failed/PodFailurePolicy"), world.conditions());
        assertEquals(
                "Container c for pod shop/" + pod.at("/metadata/name").asText()
                        + " failed with exit code 42 matching FailJob rule at index 0",
                world.message("Failed"));
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void anotherExitCodeCounts() {
        world.givenJob(ONE + policy("{\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[42]}}"));
        world.ends(world.live().getFirst(), 1);
        assertEquals(List.of(), world.conditions());
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void aDisruptionIsIgnored() {
        world.givenJob(
                "\"backoffLimit\":0," + ONE
                        + policy(
                                "{\"action\":\"Ignore\",\"onPodConditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\"}]}"));
        ObjectNode pod = world.live().getFirst();
        world.bind(pod);
        world.cluster.delete(key(pod), Propagation.BACKGROUND);
        world.ends(pod, 143, "DisruptionTarget");
        world.cluster.deleteAtOnce(key(pod));
        world.cluster.pass(Duration.ofMinutes(1));
        assertTrue(world.status().path("failed").isMissingNode());
        assertEquals(List.of(), world.conditions());
        assertEquals(1, world.live().size());
    }

    @Test
    void aRuleFailsAnIndex() {
        world.givenJob(
                INDEXED + "\"completions\":2,\"parallelism\":2,\"backoffLimit\":2147483647,\"backoffLimitPerIndex\":6"
                        + policy("{\"action\":\"FailIndex\",\"onExitCodes\":{\"operator\":\"NotIn\",\"values\":[1]}}"));
        world.ends(world.live(0), 9);
        assertEquals("0", world.status().path("failedIndexes").asText());
        world.ends(world.live(1), 0);
        assertEquals("Failed/FailedIndexes", world.conditions().getLast());
    }

    @Test
    void anIgnoredFailureOfAnIndexIsHandedOn() {
        world.givenJob(
                INDEXED + "\"completions\":1,\"parallelism\":1,\"backoffLimit\":2147483647,\"backoffLimitPerIndex\":0"
                        + policy("{\"action\":\"Ignore\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[5]}}"));
        world.ends(world.live(0), 5);
        world.cluster.pass(Duration.ofSeconds(10));
        ObjectNode next = world.live(0);
        assertEquals(
                "0",
                next.at("/metadata/annotations").path(JobPod.INDEX_FAILURES).asText());
        assertEquals(
                "1",
                next.at("/metadata/annotations")
                        .path(JobPod.INDEX_IGNORED_FAILURES)
                        .asText());
        world.ends(next, 5);
        world.cluster.pass(Duration.ofSeconds(19));
        assertEquals(0, world.live().size());
        world.cluster.pass(Duration.ofSeconds(1));
        assertEquals(1, world.live().size());
    }

    @Test
    void enoughSucceededIndexesEndTheJob() {
        world.givenJob(INDEXED
                + "\"completions\":4,\"parallelism\":4,\"successPolicy\":{\"rules\":[{\"succeededIndexes\":\"1-2\"}]}");
        world.ends(world.live(0), 0).ends(world.live(1), 0);
        assertEquals(List.of(), world.conditions());
        ObjectNode other = world.live(3);
        world.bind(other);
        world.ends(world.live(2), 0);
        assertEquals(List.of("SuccessCriteriaMet/SuccessPolicy"), world.conditions());
        assertEquals("Matched rules at index 0", world.message("SuccessCriteriaMet"));
        world.ends(other, 143);
        world.cluster.deleteAtOnce(key(other));
        world.cluster.settle();
        assertEquals("Complete/SuccessPolicy", world.conditions().getLast());
        assertEquals("0-2", world.status().path("completedIndexes").asText());
        assertEquals(3, world.status().path("succeeded").asInt());
        assertTrue(world.status().path("failed").isMissingNode());
    }

    @Test
    void aCountOfSuccessesEndsTheJob() {
        world.givenJob(
                INDEXED
                        + "\"completions\":4,\"parallelism\":4,\"successPolicy\":{\"rules\":[{\"succeededIndexes\":\"3\"},{\"succeededCount\":2}]}");
        world.ends(world.live(0), 0).ends(world.live(1), 0);
        assertEquals("Complete/SuccessPolicy", world.conditions().getLast());
        assertEquals("Matched rules at index 1", world.message("Complete"));
        assertEquals(0, world.live().size());
    }
}
