package io.shiplog.node.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.pod.port.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Only the newest status of a pod is sent, one at a time. */
class StatusReporterTest {
    private static final ObjectKey WEB = ObjectKey.of(ResourceType.core("pods"), "default", "web");

    private final List<Sent> sent = new ArrayList<>();
    private final Tasks tasks = new Tasks();
    private final StatusReporter reporter = new StatusReporter(
            request -> {
                Sent one = new Sent(request, new CompletableFuture<>());
                sent.add(one);
                return one.answer();
            },
            Actor.node("node-a"),
            tasks);

    private record Sent(CommandRequest request, CompletableFuture<CommandResult> answer) {
        String phase() {
            return request.command() instanceof Command.PatchObject patch
                    ? patch.patch().tree().path("status").path("phase").asText()
                    : "delete";
        }
    }

    /** Tasks run at once when asked for; delays are only noted. */
    private static final class Tasks implements TaskClock {
        private final Queue<Runnable> due = new ArrayDeque<>();
        private final Queue<Runnable> later = new ArrayDeque<>();
        private final List<Duration> waits = new ArrayList<>();

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public void run(Runnable task) {
            due.add(task);
        }

        @Override
        public Pending after(Duration delay, Runnable task) {
            waits.add(delay);
            later.add(task);
            return () -> later.remove(task);
        }

        void settle() {
            for (Runnable task = due.poll(); task != null; task = due.poll()) {
                task.run();
            }
        }

        void passTime() {
            Runnable task = later.poll();
            if (task != null) {
                task.run();
            }
            settle();
        }
    }

    private void report(String phase) {
        ObjectNode status = Json.MAPPER.createObjectNode().put("phase", phase);
        reporter.report(WEB, "u1", status);
        tasks.settle();
    }

    private void answer(int which, CommandResult result) {
        sent.get(which).answer().complete(result);
        tasks.settle();
    }

    private static CommandResult accepted() {
        return new CommandResult.Accepted(WEB, 1, Json.of("{}"), CommandResult.Outcome.CHANGED, List.of());
    }

    private static CommandResult refused(Refusal.Reason reason) {
        return new CommandResult.Refused(Refusal.of(reason, "no"));
    }

    private List<String> phases() {
        return sent.stream().map(Sent::phase).toList();
    }

    @Test
    void whatCameMeanwhileIsSkippedForTheNewest() {
        report("Pending");
        report("Running");
        report("Failed");
        answer(0, accepted());
        answer(1, accepted());

        assertEquals(List.of("Pending", "Failed"), phases());
    }

    @Test
    void aReportIsBoundToThePodsUid() {
        report("Running");

        Command.PatchObject patch =
                (Command.PatchObject) sent.getFirst().request().command();
        assertEquals("u1", patch.patch().tree().path("metadata").path("uid").asText());
        assertEquals("status", patch.subresource());
    }

    @Test
    void aClusterThatIsAwayIsAskedAgainLaterAndLaterWithTheNewest() {
        report("Pending");
        answer(0, refused(Refusal.Reason.SERVICE_UNAVAILABLE));
        tasks.passTime();
        report("Running");
        answer(1, refused(Refusal.Reason.SERVICE_UNAVAILABLE));
        tasks.passTime();
        answer(2, accepted());

        assertEquals(List.of("Pending", "Pending", "Running"), phases());
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), tasks.waits);
    }

    @Test
    void aBrokenAnswerIsTriedAgainToo() {
        report("Pending");
        sent.getFirst().answer().completeExceptionally(new IllegalStateException("bug"));
        tasks.settle();
        tasks.passTime();

        assertEquals(List.of("Pending", "Pending"), phases());
    }

    @Test
    void theObjectIsDeletedOnlyAfterItsLastStatus() {
        report("Running");
        report("Failed");
        reporter.finish(WEB, "u1");
        tasks.settle();
        answer(0, accepted());
        assertEquals(List.of("Running", "Failed"), phases());
        answer(1, accepted());

        Command.DeleteObject delete =
                (Command.DeleteObject) sent.getLast().request().command();
        assertEquals(0L, delete.gracePeriodSeconds());
        assertEquals("u1", delete.preconditions().uid());
    }

    @Test
    void aPodThatIsGoneIsNotToldAgain() {
        report("Running");
        answer(0, refused(Refusal.Reason.NOT_FOUND));

        assertTrue(tasks.waits.isEmpty());
        assertEquals(1, sent.size());
    }
}
