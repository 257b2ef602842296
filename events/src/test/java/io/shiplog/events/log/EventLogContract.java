package io.shiplog.events.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventLog.Tail;
import io.shiplog.events.log.LogWriter.StaleWriterException;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every form of the log must do. A form's test extends this and says how to open it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class EventLogContract {
    protected static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);

    private final List<EventLog> opened = new ArrayList<>();

    /**
     * Opens the shard of the running test, empty at first. Opened twice, it is what two processes see; a form that lives in
     * one process may give the same log again.
     */
    protected abstract EventLog open();

    /** In bytes: as large as any that is decided, at least. */
    protected int largestObject() {
        return 3 << 20;
    }

    private EventLog log() {
        EventLog log = open();
        opened.add(log);
        return log;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(EventLog::close);
    }

    protected static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    protected static List<Event> read(EventLog log, long after, long upTo) {
        List<Event> events = new ArrayList<>();
        log.read(after, upTo, events::addAll);
        return events;
    }

    private static List<Long> revisions(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<Long> revisionsOf(List<Event> events) {
        return events.stream().map(Event::revision).toList();
    }

    /** Every link of the chain follows from the event and the link before. */
    protected static void assertChained(List<Event> all) {
        String chain = Chain.START;
        for (Event e : all) {
            chain = Chain.next(chain, e.shard(), e.epoch(), e.draft());
            assertEquals(chain, e.chain(), "the chain breaks at " + e.id());
        }
    }

    @Test
    void anEmptyLogEndsAtZeroAndNobodyHasClaimedIt() throws Exception {
        EventLog log = log();

        assertEquals(0, get(log.end()));
        assertEquals(1, log.oldest());
        assertEquals(Optional.empty(), log.newestClaim());
        assertEquals(List.of(), read(log, 0, Long.MAX_VALUE));
    }

    @Test
    void theFirstClaimHasEpochOneAndSaysWhoMadeIt() {
        EventLog log = log();

        LogWriter writer = log.claim("10.0.0.1:7443", CLAIM_LIMIT);

        assertEquals(1, writer.epoch());
        assertEquals(0, writer.lastRevision());
        Claim claim = log.newestClaim().orElseThrow();
        assertEquals(1, claim.epoch());
        assertEquals("10.0.0.1:7443", claim.address());
    }

    @Test
    void anEventComesBackAsItWentIn() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "shop", "wäb-1");
        EventDraft draft = Drafts.draft(
                1,
                key,
                EventType.of("", "pod", "scheduled"),
                "events/7",
                "node-1",
                Json.of("{\"kind\":\"Pod\",\"ä\":\"€\"}"));

        Event answer = get(writer.append(draft));

        assertEquals(draft.inLog(log.shard(), 1, answer.chain()), answer);
        assertEquals(List.of(answer), read(log, 0, 1));
        assertEquals(List.of(answer), read(log(), 0, 1));
    }

    @Test
    void revisionsAreDense() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);

        List<Event> answers = Drafts.append(writer, 20);

        assertEquals(revisions(1, 20), revisionsOf(answers));
        assertEquals(20, writer.lastRevision());
        assertEquals(20, get(log.end()));
        assertChained(answers);
    }

    @Test
    void aDraftThatDoesNotFollowIsRefusedAndDoesNoHarm() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 2);

        assertThrows(IllegalArgumentException.class, () -> writer.append(Drafts.configMap(2, "again")));
        assertThrows(IllegalArgumentException.class, () -> writer.append(Drafts.configMap(4, "gap")));

        assertTrue(writer.alive());
        assertEquals(3, Drafts.append(writer, "next").revision());
    }

    @Test
    void aNewClaimEndsTheFormerWriter() throws Exception {
        EventLog log = log();
        EventLog other = log();
        LogWriter former = log.claim("first", CLAIM_LIMIT);
        Drafts.append(former, 3);

        LogWriter writer = other.claim("second", CLAIM_LIMIT);
        CompletableFuture<Event> stale =
                former.append(Drafts.configMap(4, "stale")).toCompletableFuture();
        Event counted = Drafts.append(writer, "counted");

        ExecutionException failure = assertThrows(ExecutionException.class, () -> stale.get(30, TimeUnit.SECONDS));
        assertInstanceOf(StaleWriterException.class, failure.getCause());
        assertFalse(former.alive());
        assertEquals(2, writer.epoch());
        assertEquals(4, counted.revision());
        assertEquals(4, get(log.end()));
        assertEquals("second", log.newestClaim().orElseThrow().address());
        List<Event> all = read(log, 0, 4);
        assertEquals("counted", all.getLast().key().name());
        assertChained(all);
    }

    @Test
    void claimsAtTheSameTimeGetDifferentEpochsAndOneWriterStays() throws Exception {
        List<EventLog> logs = List.of(log(), log(), log());
        List<CompletableFuture<LogWriter>> claims = new ArrayList<>();
        for (EventLog log : logs) {
            claims.add(CompletableFuture.supplyAsync(() -> log.claim("", CLAIM_LIMIT), Thread::startVirtualThread));
        }

        TreeSet<Long> epochs = new TreeSet<>();
        List<LogWriter> writers = new ArrayList<>();
        for (CompletableFuture<LogWriter> claim : claims) {
            LogWriter writer = claim.get(60, TimeUnit.SECONDS);
            epochs.add(writer.epoch());
            writers.add(writer);
        }

        assertEquals(3, epochs.size(), "epochs " + epochs);
        for (LogWriter writer : writers) {
            CompletionStage<Event> answer = writer.append(Drafts.configMap(1, "by-" + writer.epoch()));
            if (writer.epoch() == epochs.last()) {
                assertEquals(1, get(answer).revision());
            } else {
                assertThrows(ExecutionException.class, () -> get(answer));
            }
        }
    }

    @Test
    void aClosedWriterAppendsNothing() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 1);

        writer.close();

        assertFalse(writer.alive());
        assertThrows(ExecutionException.class, () -> get(writer.append(Drafts.configMap(2, "late"))));
        assertEquals(2, Drafts.append(log.claim("", CLAIM_LIMIT), "next").revision());
    }

    @Test
    void aTailFromAnyPointGetsEverythingAfterItOnce() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 10);
        List<Collected> tails = new ArrayList<>();
        for (int after = 0; after <= 10; after++) {
            Collected collected = new Collected();
            tails.add(collected);
            log.tail(after, collected);
        }

        Drafts.append(writer, 10);

        for (int after = 0; after <= 10; after++) {
            tails.get(after).until(20);
            assertEquals(revisions(after + 1, 20), tails.get(after).revisions());
        }
    }

    @Test
    void aTailThatBeginsInTheFutureGetsOnlyWhatIsAfterIt() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected collected = new Collected();
        log.tail(3, collected);

        Drafts.append(writer, 5);

        assertEquals(List.of(4L, 5L), revisionsOf(collected.until(5)));
    }

    @Test
    void tailsThatBeginUnderLoadMissNothing() throws Exception {
        EventLog log = log();
        EventLog other = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        List<Collected> tails = new ArrayList<>();
        List<CompletableFuture<Event>> answers = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            answers.add(writer.append(Drafts.configMap(i, "cm-" + i)).toCompletableFuture());
            if (i % 50 == 0) {
                Collected collected = new Collected();
                tails.add(collected);
                (i % 100 == 0 ? log : other).tail(i / 100, collected);
            }
        }
        for (CompletableFuture<Event> answer : answers) {
            answer.get(30, TimeUnit.SECONDS);
        }

        for (int i = 0; i < tails.size(); i++) {
            long after = (i + 1) * 50 / 100;
            tails.get(i).until(500);
            assertEquals(revisions(after + 1, 500), tails.get(i).revisions());
        }
    }

    @Test
    void whoHasAnAnswerFindsTheEventInEveryTail() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected collected = new Collected();
        log.tail(0, collected);
        AtomicBoolean late = new AtomicBoolean();

        List<CompletableFuture<Void>> checked = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            checked.add(writer.append(Drafts.configMap(i, "cm-" + i))
                    .thenAccept(event -> {
                        if (!collected.revisions().contains(event.revision())) {
                            late.set(true);
                        }
                    })
                    .toCompletableFuture());
        }
        for (CompletableFuture<Void> each : checked) {
            each.get(30, TimeUnit.SECONDS);
        }

        assertFalse(late.get());
    }

    @Test
    void aClosedTailGetsNothingMore() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected closed = new Collected();
        Collected open = new Collected();
        Tail tail = log.tail(0, closed);
        log.tail(0, open);
        Drafts.append(writer, 2);
        closed.until(2);

        tail.close();
        Drafts.append(writer, 2);
        open.until(4);

        assertEquals(List.of(1L, 2L), closed.revisions());
    }

    @Test
    void aTailThatThrowsHurtsNobodyElse() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        log.tail(0, batch -> {
            throw new IllegalStateException("a bug in a tail, on purpose");
        });
        Collected collected = new Collected();
        log.tail(0, collected);

        Drafts.append(writer, 2);

        assertEquals(List.of(1L, 2L), revisionsOf(collected.until(2)));
    }

    @Test
    void readGivesTheRangeAndNothingElse() throws Exception {
        EventLog log = log();
        Drafts.append(log.claim("", CLAIM_LIMIT), 10);

        assertEquals(revisions(1, 10), revisionsOf(read(log, 0, 10)));
        assertEquals(revisions(4, 7), revisionsOf(read(log, 3, 7)));
        assertEquals(List.of(10L), revisionsOf(read(log, 9, Long.MAX_VALUE)));
        assertEquals(List.of(), read(log, 5, 5));
        assertEquals(List.of(), read(log, 7, 3));
        assertEquals(List.of(), read(log, 10, 20));
        assertEquals(7, log.read(3, 7, batch -> {}));
        assertEquals(10, log.read(3, 70, batch -> {}));
        assertEquals(12, log.read(12, 70, batch -> {}));
    }

    @Test
    void readOfATypeGivesItsEventsAloneAndReadsOnToTheEnd() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        ResourceType pods = ResourceType.core("pods");
        for (long revision = 1; revision <= 6; revision++) {
            ObjectKey key =
                    ObjectKey.of(revision % 3 == 0 ? pods : ResourceType.core("podtemplates"), "shop", "a" + revision);
            get(writer.append(Drafts.draft(
                    revision, key, EventType.of("", "pod", "created"), null, null, Json.of("{\"metadata\":{}}"))));
        }
        List<Event> found = new ArrayList<>();

        assertEquals(5, log.read(0, 5, pods, found::addAll));
        assertEquals(List.of(3L), revisionsOf(found));
        assertEquals(6, log.read(3, 60, pods, found::addAll));
        assertEquals(List.of(3L, 6L), revisionsOf(found));
        assertEquals(6, log.read(0, 6, new ResourceType("apps", "pods"), found::addAll));
        assertEquals(List.of(3L, 6L), revisionsOf(found));
    }

    @Test
    void theEndIsNeverBehindAnAnsweredAppend() throws Exception {
        EventLog log = log();
        EventLog other = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);

        for (int i = 1; i <= 50; i++) {
            Drafts.append(writer, "cm-" + i);
            assertEquals(i, get(other.end()));
            assertEquals(i, get(log.end()));
        }
    }

    @Test
    void theEndOfASupersededWritersLogIsNeverBehindTheNewWriter() throws Exception {
        EventLog log = log();
        EventLog other = log();
        long revision = 0;
        for (int round = 0; round < 3; round++) {
            LogWriter writer = log.claim("", CLAIM_LIMIT);
            Drafts.append(writer, "by-log");
            assertEquals(++revision, get(log.end()));
            LogWriter next = other.claim("", CLAIM_LIMIT);
            Drafts.append(next, "by-other");
            assertEquals(++revision, get(log.end()));
            assertEquals(revision, get(other.end()));
        }
    }

    @Test
    void manyEndsAtOnceAreAllAnswered() throws Exception {
        EventLog log = log();
        Drafts.append(log.claim("", CLAIM_LIMIT), 3);
        EventLog other = log();

        List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ends.add(other.end().toCompletableFuture());
        }

        for (CompletableFuture<Long> end : ends) {
            assertEquals(3, end.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aLogThatIsOpenedAgainGoesOnWhereItWas() throws Exception {
        EventLog before = log();
        Drafts.append(before.claim("", CLAIM_LIMIT), 5);

        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 5);

        assertEquals(10, writer.lastRevision());
        assertEquals(10, get(log.end()));
        assertChained(read(log, 0, 10));
    }

    @Test
    void aLargeObjectFits() throws Exception {
        EventLog log = log();
        LogWriter writer = log.claim("", CLAIM_LIMIT);

        Event event = get(writer.append(Drafts.configMap(1, "large", largestObject())));

        assertEquals(event, read(log, 0, 1).getFirst());
    }
}
