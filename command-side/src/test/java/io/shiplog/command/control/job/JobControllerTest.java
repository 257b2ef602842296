package io.shiplog.command.control.job;

import static io.shiplog.command.control.job.JobWorld.JOB;
import static io.shiplog.command.control.job.JobWorld.key;
import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobControllerTest {
    private final JobWorld world = new JobWorld();
    private final Map<ObjectKey, Long> ends = new HashMap<>();

    private static boolean tracked(ObjectNode pod) {
        return pod.at("/metadata/finalizers").toString().contains(JobPod.TRACKING);
    }

    @Test
    void aJobRunsOnePodAndCompletesWithIt() {
        world.givenJob("\"completions\":1,\"parallelism\":1");
        ObjectNode pod = world.live().getFirst();
        assertTrue(pod.at("/metadata/name").asText().matches("work-[a-z0-9]{5}"), pod.toString());
        assertTrue(tracked(pod));
        assertEquals("Job", pod.at("/metadata/ownerReferences/0/kind").asText());
        assertEquals(1, world.status().path("active").asInt());
        assertEquals(0, world.status().path("ready").asInt(-1));

        world.bind(pod).ready(pod);
        assertEquals(1, world.status().path("ready").asInt());
        world.ends(pod, 0);

        assertEquals(
                List.of("SuccessCriteriaMet/CompletionsReached", "Complete/CompletionsReached"), world.conditions());
        assertEquals(1, world.status().path("succeeded").asInt());
        assertTrue(world.status().path("active").isMissingNode());
        assertTrue(world.status().path("uncountedTerminatedPods").isEmpty());
        assertTrue(world.status().has("completionTime"));
        assertFalse(tracked(world.pods().getFirst()));
        assertEquals(List.of("Job completed"), world.cluster.eventMessages("Completed"));
        assertEquals(1, world.cluster.eventMessages("SuccessfulCreate").size());
        assertEquals(0, world.controller.remembered());
    }

    @Test
    void aPodKeepsItsFinalizerUntilTheStatusHasCountedIt() {
        world.givenJob("\"completions\":1,\"parallelism\":1");
        ObjectNode pod = world.live().getFirst();
        world.cluster.refuse(request -> isStatusOfJob(request)
                ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "the log cannot be written")
                : null);
        world.ends(pod, 0);
        assertTrue(tracked(world.pods().getFirst()));
        world.cluster.refuse(request -> null);
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, world.status().path("succeeded").asInt());
        assertFalse(tracked(world.pods().getFirst()));
    }

    private static boolean isStatusOfJob(CommandRequest request) {
        return request.command() instanceof PatchObject patch && patch.key().equals(JOB);
    }

    @Test
    void aCrashBetweenTheWritesCountsNoPodTwice() {
        world.givenJob("\"completions\":3,\"parallelism\":3");
        world.cluster.refuse(request -> request.command() instanceof PatchObject patch
                        && patch.key().type().equals(PODS)
                ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "crashed")
                : null);
        world.live().forEach(pod -> world.ends(pod, 0));
        assertFalse(world.status().path("uncountedTerminatedPods").isEmpty());
        world.cluster.refuse(request -> null);
        world.restart();
        assertEquals(3, world.status().path("succeeded").asInt());
        assertEquals(
                List.of("SuccessCriteriaMet/CompletionsReached", "Complete/CompletionsReached"), world.conditions());
    }

    @Test
    void atMostParallelismPodsRunAndNoMoreThanAreLeft() {
        world.givenJob("\"completions\":5,\"parallelism\":2");
        int finished = 0;
        while (finished < 5) {
            assertEquals(Math.min(2, 5 - finished), world.live().size());
            world.ends(world.live().getFirst(), 0);
            finished++;
        }
        assertEquals(5, world.status().path("succeeded").asInt());
        assertEquals(5, world.pods().size());
    }

    @Test
    void withoutCompletionsOneSuccessIsEnoughAndTheOthersEnd() {
        world.givenJob("\"parallelism\":3");
        world.ends(world.live().getFirst(), 0);
        assertEquals(2, world.live().size());
        assertEquals(List.of(), world.conditions());
        world.ends(world.live().getFirst(), 1);
        assertEquals(1, world.live().size());
        world.ends(world.live().getFirst(), 0);
        assertEquals("Complete/CompletionsReached", world.conditions().getLast());
        assertEquals(2, world.status().path("succeeded").asInt());
    }

    @Test
    void failedPodsAreReplacedAfterADelayThatDoubles() {
        world.givenJob("\"completions\":1,\"parallelism\":1");
        for (int seconds : List.of(10, 20, 40)) {
            world.ends(world.live().getFirst(), 1);
            world.cluster.pass(Duration.ofSeconds(seconds - 1));
            assertEquals(0, world.live().size(), "after " + seconds);
            world.cluster.pass(Duration.ofSeconds(1));
            assertEquals(1, world.live().size(), "after " + seconds);
        }
        assertEquals(3, world.status().path("failed").asInt());
    }

    @Test
    void aReplacementNamesTheFailureAsItsCause() {
        world.cluster.observe(change -> {
            if (change.after().key().type().equals(PODS)
                    && JobPod.of(change.after()).view().terminal()) {
                ends.putIfAbsent(change.after().key(), change.revision());
            }
        });
        world.givenJob("\"completions\":1,\"parallelism\":1");
        ObjectNode pod = world.live().getFirst();
        world.ends(pod, 1);
        long failed = world.cluster.sent().size();
        world.cluster.pass(Duration.ofSeconds(10));
        CommandRequest creation = world.cluster.sent().stream()
                .skip(failed)
                .filter(sent -> sent.command() instanceof CreateObject create
                        && create.type().equals(PODS))
                .findFirst()
                .orElseThrow();
        // The status of the pod, not its release nor the Job's own status, which came after it.
        assertEquals("events/" + Objects.requireNonNull(ends.get(key(pod))), creation.causationId());
    }

    @Test
    void aJobFailsBeyondItsBackoffLimitAndItsOtherPodsAreDeleted() {
        world.givenJob("\"completions\":2,\"parallelism\":2,\"backoffLimit\":0");
        world.ends(world.live().getFirst(), 1);
        assertEquals(List.of("FailureTarget/BackoffLimitExceeded", "Failed/BackoffLimitExceeded"), world.conditions());
        assertEquals("Job has reached the specified backoff limit", world.message("Failed"));
        assertEquals(2, world.status().path("failed").asInt());
        assertEquals(1, world.pods().size());
        assertEquals(
                List.of("Job has reached the specified backoff limit"),
                world.cluster.eventMessages("BackoffLimitExceeded"));
        assertFalse(world.status().has("completionTime"));
    }

    @Test
    void aJobHasFailedOnlyWhenItsLastPodIsGone() {
        world.givenJob("\"completions\":2,\"parallelism\":2,\"backoffLimit\":0");
        ObjectNode other = world.live().getLast();
        world.bind(other);
        world.ends(world.live().getFirst(), 1);
        assertEquals(List.of("FailureTarget/BackoffLimitExceeded"), world.conditions());
        assertEquals(1, world.status().path("terminating").asInt());
        world.cluster.deleteAtOnce(key(other));
        world.cluster.settle();
        assertEquals("Failed/BackoffLimitExceeded", world.conditions().getLast());
        assertEquals(0, world.status().path("terminating").asInt(-1));
    }

    @Test
    void restartsInPlaceCountAgainstTheLimit() {
        world.givenJob("\"completions\":1,\"parallelism\":1,\"backoffLimit\":2", "\"restartPolicy\":\"OnFailure\"");
        world.cluster.change(
                key(world.live().getFirst()),
                "status",
                "{\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"c\",\"restartCount\":2}]}}");
        world.cluster.settle();
        assertEquals("Failed/BackoffLimitExceeded", world.conditions().getLast());
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void aJobFailsAtItsDeadline() {
        world.givenJob("\"completions\":1,\"parallelism\":1,\"activeDeadlineSeconds\":30");
        world.cluster.pass(Duration.ofSeconds(29));
        assertEquals(List.of(), world.conditions());
        world.cluster.pass(Duration.ofSeconds(1));
        assertEquals("Failed/DeadlineExceeded", world.conditions().getLast());
        assertEquals("Job was active longer than specified deadline", world.message("Failed"));
        assertEquals(0, world.pods().size());
    }

    @Test
    void aSuspendedJobHasNoPodsAndItsDeadlineStartsAgain() {
        world.givenJob("\"completions\":2,\"parallelism\":2,\"activeDeadlineSeconds\":30,\"suspend\":true");
        assertEquals(0, world.pods().size());
        assertEquals(List.of("Suspended/JobSuspended"), world.conditions());
        assertFalse(world.status().has("startTime"));
        world.cluster.pass(Duration.ofMinutes(5));
        world.change("\"suspend\":false");
        assertEquals(2, world.live().size());
        assertEquals(List.of(), world.conditions());
        assertEquals("Job resumed", world.message("Suspended"));
        assertTrue(world.status().has("startTime"));
        world.change("\"suspend\":true");
        assertEquals(0, world.pods().size());
        assertEquals(List.of("Job suspended"), world.cluster.eventMessages("Suspended"));
        assertEquals(List.of("Job resumed"), world.cluster.eventMessages("Resumed"));
    }

    @Test
    void lessParallelismDeletesPods() {
        world.givenJob("\"completions\":9,\"parallelism\":4");
        world.change("\"parallelism\":1");
        assertEquals(1, world.live().size());
        assertEquals(3, world.cluster.eventMessages("SuccessfulDelete").size());
        world.change("\"parallelism\":0");
        assertEquals(0, world.live().size());
    }

    @Test
    void aPodWithoutItsOwnerIsAdoptedAndOneWithoutItsLabelsIsReleased() {
        world.givenJob("\"completions\":2,\"parallelism\":2");
        ObjectKey pod = key(world.live().getFirst());
        world.cluster.change(pod, "", "{\"metadata\":{\"ownerReferences\":[],\"finalizers\":[]}}");
        world.cluster.settle();
        ObjectNode adopted = Objects.requireNonNull(world.cluster.tree(pod));
        assertEquals("work", adopted.at("/metadata/ownerReferences/0/name").asText());
        assertTrue(tracked(adopted));
        assertEquals(2, world.live().size());

        world.cluster.change(pod, "", "{\"metadata\":{\"labels\":{\"app\":\"other\"}}}");
        world.cluster.settle();
        ObjectNode released = Objects.requireNonNull(world.cluster.tree(pod));
        assertTrue(released.at("/metadata/ownerReferences").isEmpty());
        assertFalse(tracked(released));
        assertEquals(3, world.live().size());
    }

    @Test
    void aDeletedJobLeavesNoPodBehind() {
        world.cluster.run(new GarbageCollector());
        world.givenJob("\"completions\":2,\"parallelism\":2");
        world.cluster.delete(JOB, Propagation.BACKGROUND);
        world.cluster.pass(Duration.ofMinutes(1));
        assertNull(world.cluster.tree(JOB));
        assertEquals(List.of(), world.pods());
        assertEquals(0, world.controller.remembered());
    }

    @Test
    void aJobDeletedInTheForegroundGoesAfterItsPods() {
        world.cluster.run(new GarbageCollector());
        world.givenJob("\"completions\":2,\"parallelism\":2");
        world.live().forEach(world::bind);
        List<ObjectNode> pods = world.live();
        world.cluster.delete(JOB, Propagation.FOREGROUND);
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(2, world.pods().size());
        assertTrue(world.job().path("metadata").has("deletionTimestamp"));
        pods.forEach(pod -> world.cluster.deleteAtOnce(key(pod)));
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(List.of(), world.pods());
        assertNull(world.cluster.tree(JOB));
    }

    @Test
    void orphansOfADeletedJobGoOnWithoutItsFinalizer() {
        world.cluster.run(new GarbageCollector());
        world.givenJob("\"completions\":2,\"parallelism\":2");
        world.cluster.delete(JOB, Propagation.ORPHAN);
        world.cluster.pass(Duration.ofMinutes(1));
        assertNull(world.cluster.tree(JOB));
        assertEquals(2, world.live().size());
        assertFalse(world.pods().stream().anyMatch(JobControllerTest::tracked));
    }

    @Test
    void aJobOfAnotherControllerIsLeftAlone() {
        world.givenJob("\"completions\":1,\"parallelism\":1,\"managedBy\":\"example.com/queue\"");
        assertEquals(0, world.pods().size());
        assertTrue(world.job().path("status").isMissingNode());
    }

    @Test
    void aRefusedPodIsReportedAndTriedAgain() {
        world.cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(PODS)
                ? Refusal.of(Refusal.Reason.FORBIDDEN, "no quota")
                : null);
        world.givenJob("\"completions\":1,\"parallelism\":1");
        assertEquals(List.of("Error creating: no quota"), world.cluster.eventMessages("FailedCreate"));
        assertTrue(world.status().has("startTime"));
        world.cluster.refuse(request -> null);
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, world.live().size());
    }

    @Test
    void aDeletedPodCountsAsFailedAndIsReplacedAtOnce() {
        world.givenJob("\"completions\":1,\"parallelism\":1");
        world.cluster.delete(key(world.live().getFirst()), Propagation.BACKGROUND);
        world.cluster.settle();
        assertEquals(1, world.live().size());
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void aTerminatingPodIsReplacedOnlyAfterItsEndIfThePolicySaysSo() {
        world.givenJob("\"completions\":1,\"parallelism\":1,\"podReplacementPolicy\":\"Failed\"");
        ObjectNode pod = world.live().getFirst();
        world.bind(pod);
        world.cluster.delete(key(pod), Propagation.BACKGROUND);
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(0, world.live().size());
        assertEquals(1, world.status().path("terminating").asInt());
        world.ends(pod, 143);
        world.cluster.deleteAtOnce(key(pod));
        world.cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, world.live().size());
        assertEquals(1, world.status().path("failed").asInt());
    }

    @Test
    void atRestNothingIsSent() {
        world.givenJob("\"completions\":2,\"parallelism\":1");
        int sent = world.cluster.sent().size();
        world.restart();
        world.cluster.pass(Duration.ofHours(1));
        assertEquals(sent, world.cluster.sent().size());
    }

    @Test
    void aThousandPodsComeInBurstsAndAllAreCounted() {
        world.givenJob("\"completions\":1200,\"parallelism\":1200");
        assertEquals(1200, world.live().size());
        world.live().forEach(pod -> world.cluster.change(key(pod), "status", "{\"status\":{\"phase\":\"Succeeded\"}}"));
        world.cluster.settle();
        assertEquals(1200, world.status().path("succeeded").asInt());
        assertEquals("Complete/CompletionsReached", world.conditions().getLast());
    }

    @Test
    void aFinishedJobIsDeletedAfterItsTime() {
        world.cluster.run(new TtlAfterFinished());
        world.cluster.run(new GarbageCollector());
        world.givenJob("\"completions\":1,\"parallelism\":1,\"ttlSecondsAfterFinished\":100");
        world.cluster.pass(Duration.ofMinutes(10));
        world.ends(world.live().getFirst(), 0);
        world.cluster.pass(Duration.ofSeconds(99));
        assertFalse(world.job().path("metadata").has("deletionTimestamp"));
        world.cluster.pass(Duration.ofSeconds(30));
        assertNull(world.cluster.tree(JOB));
        assertEquals(List.of(), world.pods());
    }
}
