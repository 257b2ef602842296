package io.shiplog.command.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.FollowingImage;
import io.shiplog.command.TestKinds;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageEvolution;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands that come as a writer's term ends: each gets an answer, and what is refused was not decided. */
class TermEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Actor ALICE = new Actor("alice", List.of());

    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    private final AtomicLong now = new AtomicLong();
    private final ProposalPool pool = new ProposalPool(2, 1_000);
    private final FollowingImage image = new FollowingImage(List.of(log));
    /** How often the state will have moved under a proposal. */
    private final AtomicInteger moves = new AtomicInteger();

    private final AtomicInteger decisions = new AtomicInteger();
    private volatile Supplier<CommandResult> deciding = this::accepted;
    private volatile Function<CommandRequest, CompletionStage<CommandRequest>> proposing =
            CompletableFuture::completedFuture;
    private final ShardDecider<CommandRequest> decider = new ShardDecider<>(
            "here:1",
            log,
            image,
            new DecidedObjects(image, new ImageEvolution(TestKinds.CATALOGUE)),
            Pause.SLEEP,
            PATIENCE,
            pool,
            now::get,
            (journal, answered) -> new Steps());

    /** Proposals are the commands themselves. */
    private final class Steps implements Deciding<CommandRequest> {
        @Override
        public CompletionStage<CommandRequest> propose(CommandRequest request) {
            return proposing.apply(request);
        }

        @Override
        public CompletableFuture<Verdict> decide(CommandRequest proposal) {
            return CompletableFuture.completedFuture(
                    moves.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? new Moved() : new Answered(deciding.get()));
        }
    }

    TermEndTest() throws Exception {
        decider.start();
        lead();
    }

    @AfterEach
    void close() {
        decider.close();
        pool.close();
    }

    private CommandResult accepted() {
        decisions.incrementAndGet();
        return new CommandResult.Accepted(key(), 1, Json.of("{}"), CommandResult.Outcome.CHANGED, List.of());
    }

    private static ObjectKey key() {
        return ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "a");
    }

    private void lead() throws Exception {
        decider.lead().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<CommandResult> send() {
        DeleteObject command = new DeleteObject(key(), Preconditions.NONE, null, null);
        return decider.send(CommandRequest.byUser(ALICE, command)).toCompletableFuture();
    }

    private static CommandResult await(CompletableFuture<CommandResult> answer) throws Exception {
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void supersede() {
        log.claim("there:1", PATIENCE);
    }

    @Test
    void givenTheTermIsOverAndNobodyHasNoticed_whenACommandComes_thenItIsRefusedAndNotDecided() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        deciding = () -> {
            began.countDown();
            awaitUninterruptibly(goOn);
            return accepted();
        };
        CompletableFuture<CommandResult> before = send();
        awaitUninterruptibly(began);
        supersede();

        // The thread is busy: by its phase the decider still leads, by the log it does not.
        CompletableFuture<CommandResult> within = send();
        goOn.countDown();

        assertInstanceOf(CommandResult.Accepted.class, await(before));
        Refusal refusal = assertInstanceOf(Refused.class, await(within)).refusal();
        assertEquals(Reason.SERVICE_UNAVAILABLE, refusal.reason());
        assertEquals(
                "this command side does not write the log at the moment; the change was not applied",
                refusal.message());
        assertTrue(refusal.retryAfterSeconds() > 0);
        assertEquals(1, decisions.get());
    }

    @Test
    void givenTheNextTermBegins_whenTheRefusedCommandIsSentAgain_thenItIsDecided() throws Exception {
        supersede();
        assertInstanceOf(Refused.class, await(send()));
        lead();

        assertInstanceOf(CommandResult.Accepted.class, await(send()));
        assertEquals(1, decisions.get());
    }

    @Test
    void givenTermsThatEndAllTheTime_whenManySend_thenEachIsAnsweredAndWhatIsRefusedWasNotDecided() throws Exception {
        List<CompletableFuture<CommandResult>> answers = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            senders.add(Thread.startVirtualThread(() -> {
                for (int n = 0; n < 2_000; n++) {
                    CompletableFuture<CommandResult> answer = send();
                    synchronized (answers) {
                        answers.add(answer);
                    }
                }
            }));
        }
        for (int term = 0; term < 50; term++) {
            supersede();
            lead();
        }
        for (Thread sender : senders) {
            sender.join();
        }

        int accepted = 0;
        for (CompletableFuture<CommandResult> answer : answers) {
            accepted += await(answer) instanceof CommandResult.Accepted ? 1 : 0;
        }
        assertEquals(4 * 2_000, answers.size());
        assertEquals(accepted, decisions.get());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givenAProposalOfATerm_whenTheClaimIsLostBeforeItIsDecided_thenItIsRefused_alsoInTheNextTerm()
            throws Exception {
        CompletableFuture<CommandRequest> slow = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        proposing = request -> {
            began.countDown();
            return slow;
        };
        CompletableFuture<CommandResult> answer = send();
        awaitUninterruptibly(began);

        supersede();
        lead();
        slow.complete(CommandRequest.byUser(ALICE, new DeleteObject(key(), Preconditions.NONE, null, null)));

        assertEquals(
                Reason.SERVICE_UNAVAILABLE,
                assertInstanceOf(Refused.class, await(answer)).refusal().reason());
        assertEquals(0, decisions.get());
    }

    @Test
    void givenAProposalThatNeverEnds_whenTheDeciderCloses_thenItsLateEndIsAnswered() throws Exception {
        CompletableFuture<CommandRequest> slow = new CompletableFuture<>();
        proposing = request -> slow;
        CompletableFuture<CommandResult> first = send();
        CompletableFuture<CommandResult> behind = send();

        decider.close();
        slow.completeExceptionally(new IllegalStateException("the webhook is gone"));

        assertInstanceOf(Refused.class, await(first));
        assertInstanceOf(Refused.class, await(behind));
        assertEquals(0, decisions.get());
    }

    @Test
    void givenAProposalBeyondItsTime_whenItComes_thenItIsRefusedAndNotDecided() throws Exception {
        CompletableFuture<CommandRequest> slow = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        proposing = request -> {
            began.countDown();
            return slow;
        };
        CompletableFuture<CommandResult> answer = send();
        awaitUninterruptibly(began);

        now.addAndGet(ShardDecider.MAX_TIME.plusSeconds(1).toNanos());
        slow.complete(CommandRequest.byUser(ALICE, new DeleteObject(key(), Preconditions.NONE, null, null)));

        Refusal refusal = assertInstanceOf(Refused.class, await(answer)).refusal();
        assertEquals(Reason.TIMEOUT, refusal.reason());
        assertTrue(refusal.message().contains("not decided within 30 s"), refusal::message);
        assertEquals(0, decisions.get());
    }

    @Test
    void givenAnOwnerWhoseBodiesHoldItsBytes_whenItSendsAnother_thenItIsRefused_untilOneIsDecided() throws Exception {
        CompletableFuture<CommandRequest> slow = new CompletableFuture<>();
        proposing = request -> slow;
        CompletableFuture<CommandResult> first = sendBody(400);

        Refusal refusal = assertInstanceOf(Refused.class, await(sendBody(200))).refusal();
        assertEquals(Reason.TOO_MANY_REQUESTS, refusal.reason());
        assertTrue(refusal.message().contains("too many bytes"), refusal::message);

        slow.complete(CommandRequest.byUser(ALICE, new DeleteObject(key(), Preconditions.NONE, null, null)));
        await(first);
        assertInstanceOf(CommandResult.Accepted.class, await(sendBody(200)));
    }

    private CompletableFuture<CommandResult> sendBody(int bytes) {
        CreateObject command =
                new CreateObject(TestKinds.CONFIG_MAPS, "shop", Json.of("x".repeat(bytes)), FieldValidation.IGNORE);
        return decider.send(CommandRequest.byUser(ALICE, command)).toCompletableFuture();
    }

    @Test
    void givenAStateThatMovesEachTime_whenProposedAsOftenAsKubernetes_thenTheTurnIsHeld_andASlowOneConflicts()
            throws Exception {
        AtomicInteger proposals = new AtomicInteger();
        proposing = request -> {
            proposals.incrementAndGet();
            return CompletableFuture.completedFuture(request);
        };
        moves.set(ShardDecider.MAX_ATTEMPTS);
        assertInstanceOf(CommandResult.Accepted.class, await(send()));
        assertEquals(ShardDecider.MAX_ATTEMPTS + 1, proposals.get());

        proposing = request -> {
            now.addAndGet(ShardDecider.MAX_TURN.plusMillis(1).toNanos());
            return CompletableFuture.completedFuture(request);
        };
        moves.set(ShardDecider.MAX_ATTEMPTS);
        Refusal refusal = assertInstanceOf(Refused.class, await(send())).refusal();
        assertEquals(Reason.CONFLICT, refusal.reason());
        assertTrue(refusal.message().contains("the object has been modified"), refusal::message);
    }
}
