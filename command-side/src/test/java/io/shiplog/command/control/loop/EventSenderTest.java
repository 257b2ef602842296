package io.shiplog.command.control.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import io.shiplog.events.objectevent.Regarding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An event that cannot be written now is written later; one that is rejected is dropped. */
class EventSenderTest {
    private static final Actor ACTOR = new Actor("system:kube-controller-manager", List.of());
    private static final ObjectEvent EVENT = ObjectEvent.normal(
            new Regarding("batch/v1", "Job", "shop", "report", "u1", "7", ""),
            "SuccessfulCreate",
            "Created pod: report-x",
            "job-controller");

    private final List<Command> sent = new ArrayList<>();
    private final Deque<CompletableFuture<CommandResult>> answers = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final EventSender sender = new EventSender(
            request -> {
                sent.add(request.command());
                answers.add(new CompletableFuture<>());
                return answers.getLast();
            },
            () -> Instant.parse("2026-11-22T12:00:00Z"),
            pause -> {
                pauses.add(pause);
                return later::add;
            });

    private void refused(Reason reason) {
        answers.removeFirst().complete(new Refused(Refusal.of(reason, "no")));
    }

    private void accepted() {
        ObjectKey key = ObjectKey.of(ObjectEventRecorder.EVENTS, "shop", "report.1");
        answers.removeFirst().complete(new Accepted(key, 1, Json.of("{}"), Outcome.CREATED, List.of()));
    }

    private List<String> verbs() {
        return sent.stream().map(each -> each.getClass().getSimpleName()).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"TOO_MANY_REQUESTS", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"})
    void whatIsRefusedForNowIsTriedAgainAfterAPause(Reason reason) {
        sender.send(ACTOR, null, EVENT);

        refused(reason);
        later.removeFirst().run();
        accepted();

        assertEquals(List.of(EventSender.PAUSE), pauses);
        assertEquals(List.of(sent.getFirst(), sent.getFirst()), sent, "the same Event object, under its first name");
    }

    @Test
    void withoutAnAnswerItIsTriedAgainAndMayHaveBeenWritten() {
        sender.send(ACTOR, null, EVENT);

        answers.removeFirst().completeExceptionally(new IllegalStateException("connection lost"));
        later.removeFirst().run();
        refused(Reason.ALREADY_EXISTS);
        sender.send(ACTOR, null, EVENT);

        assertEquals(List.of("CreateObject", "CreateObject", "PatchObject"), verbs(), "the third one counts the first");
    }

    @Test
    void itIsGivenUpAfterTwelveTries() {
        sender.send(ACTOR, null, EVENT);

        for (int i = 1; i < EventSender.MAX_TRIES; i++) {
            refused(Reason.SERVICE_UNAVAILABLE);
            later.removeFirst().run();
        }
        refused(Reason.SERVICE_UNAVAILABLE);

        assertEquals(EventSender.MAX_TRIES, sent.size());
        assertEquals(0, later.size());
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"FORBIDDEN", "INVALID", "BAD_REQUEST"})
    void whatIsRejectedIsDroppedAndTheNextOneIsCreatedNotCounted(Reason reason) {
        sender.send(ACTOR, null, EVENT);

        refused(reason);
        sender.send(ACTOR, null, EVENT);

        assertEquals(0, later.size());
        assertEquals(List.of("CreateObject", "CreateObject"), verbs());
    }

    @Test
    void aRepetitionOfADeletedEventCreatesOne() {
        sender.send(ACTOR, null, EVENT);
        accepted();
        sender.send(ACTOR, null, EVENT);

        refused(Reason.NOT_FOUND);

        assertEquals(List.of("CreateObject", "PatchObject", "CreateObject"), verbs());
        assertEquals(
                1, ((CreateObject) sent.getLast()).body().tree().path("count").asInt());
    }

    @Test
    void tooManyAtOnceAreDropped() {
        for (int i = 0; i <= EventSender.MAX_OUTSTANDING; i++) {
            Regarding job = new Regarding("batch/v1", "Job", "shop", "report-" + i, "u" + i, "7", "");
            sender.send(ACTOR, null, ObjectEvent.normal(job, "SuccessfulCreate", "Created", "job-controller"));
        }

        assertEquals(EventSender.MAX_OUTSTANDING, sent.size());
    }

    @Test
    void theCauseIsNamed() {
        CommandRequest request = EventSender.request(ACTOR, new Cause("events/7", "root"), sender());

        assertEquals("events/7", request.causationId());
        assertEquals("root", request.correlationId());
    }

    private Command sender() {
        sender.send(ACTOR, null, EVENT);
        return sent.getFirst();
    }
}
