package io.shiplog.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.memory.InMemoryEventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command side does when its log fails, and when it is not alone. */
class LogFailureTest {
    private final FaultyLog log = new FaultyLog(new InMemoryEventLog("events", Clock.systemUTC()));
    private final Cluster cluster = Cluster.on(log).withShop();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Refusal refused(CommandResult result) {
        return assertInstanceOf(Refused.class, result, result::toString).refusal();
    }

    private static Accepted accepted(CommandResult result) {
        return assertInstanceOf(Accepted.class, result, result::toString);
    }

    private void leadAgain() {
        cluster.await(cluster.side().lead().toCompletableFuture());
    }

    @Test
    void aLostAppendIsA503AndTheNextCommandStartsFromTheLog() {
        log.mode(FaultyLog.Mode.LOSING);
        Refusal refusal = refused(cluster.send(Cluster.configMap("a")));
        log.mode(FaultyLog.Mode.WORKING);
        leadAgain();

        assertEquals(Reason.SERVICE_UNAVAILABLE, refusal.reason());
        assertEquals("the log could not be written; the change may or may not have been applied", refusal.message());
        assertTrue(refusal.retryAfterSeconds() > 0);
        assertEquals(2, accepted(cluster.send(Cluster.configMap("a"))).revision());
    }

    @Test
    void anAppendThatIsInTheLogAfterAllIsSeenAfterTheFailure() {
        log.mode(FaultyLog.Mode.FAILING_AFTERWARDS);
        CommandRequest request = CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a"));
        refused(cluster.await(cluster.side().send(request).toCompletableFuture()));
        log.mode(FaultyLog.Mode.WORKING);
        leadAgain();

        // Sent again under its id, the command learns that it was carried out.
        Accepted again = accepted(cluster.await(cluster.side().send(request).toCompletableFuture()));
        assertEquals(2, again.revision());
        assertEquals(
                Reason.ALREADY_EXISTS,
                refused(cluster.send(Cluster.configMap("a"))).reason());
        assertEquals(2, cluster.events().size());
    }

    @Test
    @Timeout(60)
    void givenAWriterThatDiedInSilence_whenACommandComes_thenTheShardIsClaimedAnewByItself() {
        int before = log.claims();
        log.killWriter();

        refused(cluster.send(Cluster.configMap("a")));
        while (log.claims() == before || !cluster.side().leads()) {
            Thread.onSpinWait();
        }

        accepted(cluster.send(Cluster.configMap("a")));
    }

    @Test
    void aClaimThatFailsIsTriedAgain() {
        int before = log.claims();
        log.failClaims(2);
        log.mode(FaultyLog.Mode.LOSING);
        refused(cluster.send(Cluster.configMap("a")));
        log.mode(FaultyLog.Mode.WORKING);
        leadAgain();

        assertEquals(before + 3, log.claims());
        accepted(cluster.send(Cluster.configMap("a")));
    }

    @Test
    void commandsAreDecidedAgainstWhatIsNotDurableYetAndAnsweredOnlyWhenItIs() {
        log.mode(FaultyLog.Mode.WAITING);
        CompletableFuture<CommandResult> created = cluster.begin(Cluster.configMap("a"));
        // What is sent beside a creation may be proposed before it is decided.
        while (log.waitingAppends() < 1) {
            Thread.onSpinWait();
        }
        CompletableFuture<CommandResult> again = cluster.begin(Cluster.configMap("a"));
        CompletableFuture<CommandResult> patched = cluster.begin(new PatchObject(
                Cluster.key("a"), "", PatchType.MERGE, Json.of("{\"data\":{\"x\":\"y\"}}"), FieldValidation.IGNORE));
        CompletableFuture<CommandResult> deleted =
                cluster.begin(new DeleteObject(Cluster.key("a"), Preconditions.NONE, null, null));
        while (log.waitingAppends() < 3) {
            Thread.onSpinWait();
        }

        assertFalse(created.isDone() || again.isDone() || patched.isDone() || deleted.isDone());
        log.release();

        assertEquals(2, accepted(cluster.await(created)).revision());
        assertEquals(Reason.ALREADY_EXISTS, refused(cluster.await(again)).reason());
        assertEquals(3, accepted(cluster.await(patched)).revision());
        assertEquals(4, accepted(cluster.await(deleted)).revision());
    }

    @Test
    void aSlowImageChangesNothingInWhatIsDecided() {
        cluster.image().hold();
        for (int i = 0; i < 20; i++) {
            accepted(cluster.send(Cluster.configMap("m" + i)));
        }

        assertEquals(
                Reason.ALREADY_EXISTS,
                refused(cluster.send(Cluster.configMap("m7"))).reason());
        cluster.image().release();
        assertEquals(
                Reason.ALREADY_EXISTS,
                refused(cluster.send(Cluster.configMap("m7"))).reason());
        assertEquals(22, accepted(cluster.send(Cluster.configMap("last"))).revision());
    }

    @Test
    void aLogThatTakesNothingIsA503WithItsWordsAndTheTermGoesOn() {
        int claims = log.claims();
        log.refuse(Optional.of("no space left for the log"));
        Refusal refusal = refused(cluster.send(Cluster.configMap("a")));
        log.refuse(Optional.empty());

        assertEquals(Reason.SERVICE_UNAVAILABLE, refusal.reason());
        assertEquals("no space left for the log; the change was not applied", refusal.message());
        assertTrue(refusal.retryAfterSeconds() > 0);
        assertEquals(2, accepted(cluster.send(Cluster.configMap("a"))).revision());
        assertEquals(claims, log.claims());
    }

    @Test
    void whoDoesNotWriteSaysWhyTheLogTakesNothing() {
        log.claim("other:1", Duration.ofSeconds(1));
        log.refuse(Optional.of("no space left for the log"));

        assertEquals(
                "no space left for the log; the change was not applied",
                refused(cluster.send(Cluster.configMap("a"))).message());
    }

    @Test
    void aWriterThatWasSupersededStandsByUntilItIsAskedToLead() {
        log.claim("other:1", Duration.ofSeconds(1));

        Refusal refusal = refused(cluster.send(Cluster.configMap("a")));
        assertEquals(Reason.SERVICE_UNAVAILABLE, refusal.reason());
        assertEquals(
                "this command side does not write the log at the moment; the change was not applied",
                refusal.message());
        assertFalse(cluster.side().leads());
        assertEquals(
                Reason.SERVICE_UNAVAILABLE,
                refused(cluster.send(Cluster.configMap("a"))).reason());

        leadAgain();
        accepted(cluster.send(Cluster.configMap("a")));
    }

    @Test
    void ofTwoCommandSidesTheNewerDecides() {
        try (Cluster newer = Cluster.on(log)) {
            assertEquals(
                    Reason.SERVICE_UNAVAILABLE,
                    refused(cluster.send(Cluster.configMap("a"))).reason());
            accepted(newer.send(Cluster.configMap("a")));
            newer.send(new DeleteObject(Cluster.key("a"), Preconditions.NONE, null, null));
            leadAgain();

            assertEquals(
                    Reason.SERVICE_UNAVAILABLE,
                    refused(newer.send(Cluster.configMap("b"))).reason());
            assertEquals(4, accepted(cluster.send(Cluster.configMap("b"))).revision());
        }
    }

    @Test
    void ofManyUpdatesOfOneVersionExactlyOneWins() {
        Accepted first = accepted(cluster.send(Cluster.configMap("a")));
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String body = "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"%d\"},\"data\":{\"n\":\"%d\"}}"
                    .formatted(first.revision(), i);
            CompletableFuture<CommandResult> answer = new CompletableFuture<>();
            Thread.startVirtualThread(
                    () -> cluster.begin(new ReplaceObject(Cluster.key("a"), "", Json.of(body), FieldValidation.IGNORE))
                            .thenAccept(answer::complete));
            answers.add(answer);
        }

        List<CommandResult> results = answers.stream().map(cluster::await).toList();
        assertEquals(1, results.stream().filter(Accepted.class::isInstance).count());
        assertTrue(results.stream()
                .filter(Refused.class::isInstance)
                .allMatch(result -> refused(result).reason() == Reason.CONFLICT));
    }

    @Test
    void patchesFromManyHandsAllCount() {
        accepted(cluster.send(Cluster.configMap("a")));
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Json patch = Json.of("{\"data\":{\"k%d\":\"v\"}}".formatted(i));
            answers.add(cluster.begin(
                    new PatchObject(Cluster.key("a"), "", PatchType.MERGE, patch, FieldValidation.IGNORE)));
        }
        answers.forEach(answer -> accepted(cluster.await(answer)));

        Event last = cluster.events().getLast();
        assertEquals(50, last.object().tree().path("data").size());
        assertEquals(
                LongStream.rangeClosed(1, 52).boxed().toList(),
                cluster.events().stream().map(Event::revision).toList());
    }

    @Test
    void aDryRunAnswersAndLeavesNothing() {
        CommandRequest real = CommandRequest.byUser(Cluster.ALICE, Cluster.configMap("a"));
        CommandRequest dry = new CommandRequest(
                real.commandId(), real.actor(), null, real.correlationId(), true, "", null, real.command());

        Accepted answer = accepted(cluster.await(cluster.side().send(dry).toCompletableFuture()));

        assertFalse(answer.object().tree().path("metadata").has("resourceVersion"));
        assertEquals(1, cluster.events().size());
        assertEquals(
                2,
                accepted(cluster.await(cluster.side().send(real).toCompletableFuture()))
                        .revision());
    }

    @Test
    void requestsBeyondTheLimitGetRetryAfter() {
        log.mode(FaultyLog.Mode.WAITING);
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        for (int i = 0; i <= io.shiplog.command.shard.ShardDecider.MAX_ADMITTED; i++) {
            answers.add(cluster.begin(Cluster.configMap("m" + i)));
        }

        Refusal refusal = refused(cluster.await(answers.getLast()));
        assertEquals(Reason.TOO_MANY_REQUESTS, refusal.reason());
        assertTrue(refusal.retryAfterSeconds() > 0);
    }

    @Test
    void aClosedCommandSideRefusesWhatIsLeft() {
        cluster.close();

        assertEquals(
                Reason.SERVICE_UNAVAILABLE,
                refused(cluster.send(Cluster.configMap("a"))).reason());
    }
}
