package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Determines the newest revision, so that reads are linearizable (docs/adr/0103).
 *
 * <p>The general way: query Kafka's end offset after the call, and wait until everything below it is read. All calls during a
 * query share the next one. The fast way, for a process that holds the writer: any other writer must first claim and then stay
 * silent for a read lease before it acknowledges anything. An answer from Kafka without a newer claim therefore confirms what
 * this process has read, for the length of the lease from the start of the query.
 */
final class EndOfLog {
    /** A part of the lease is left unused: the clocks of two machines run at slightly different rates. */
    private static final int USED_PERCENT = 80;

    private final Admin admin;
    private final TopicPartition partition;
    private final LiveReader live;
    private final Duration usedLease;

    private List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private boolean asking;
    private volatile @Nullable Lease lease;

    /** The wall clock is checked too: the other one stands still while a machine is suspended. */
    private record Lease(long epoch, long untilNanos, long untilMillis) {
        boolean holds() {
            return System.nanoTime() < untilNanos && System.currentTimeMillis() < untilMillis;
        }
    }

    EndOfLog(Admin admin, TopicPartition partition, LiveReader live, Duration readLease) {
        this.admin = admin;
        this.partition = partition;
        this.live = live;
        this.usedLease = readLease.multipliedBy(USED_PERCENT).dividedBy(100);
    }

    CompletionStage<Long> end() {
        // The revision first, the lease after it: the answer is then as recent as the lease's check.
        Place place = live.place();
        Lease held = lease;
        KafkaLogWriter writer = live.liveWriter();
        if (held != null && writer != null && held.epoch() == writer.epoch() && held.holds()) {
            return CompletableFuture.completedFuture(place.revision());
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(answer);
            if (asking) {
                return answer;
            }
            asking = true;
        }
        ask();
        return answer;
    }

    private void ask() {
        List<CompletableFuture<Long>> askers;
        synchronized (this) {
            if (waiting.isEmpty()) {
                asking = false;
                return;
            }
            askers = waiting;
            waiting = new ArrayList<>();
        }
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        endOffset().whenComplete((offset, failure) -> {
            if (failure != null) {
                RuntimeException why = new LogUnavailableException(
                        "cannot query the end of %s: %s".formatted(partition.topic(), failure.getMessage()), failure);
                askers.forEach(asker -> asker.completeExceptionally(why));
            } else {
                live.passed(offset).whenComplete((place, broken) -> answer(askers, place, broken, nanos, millis));
            }
            ask();
        });
    }

    private void answer(
            List<CompletableFuture<Long>> askers,
            @Nullable Place place,
            @Nullable Throwable broken,
            long askedNanos,
            long askedMillis) {
        if (place == null) {
            Throwable why = broken == null ? new LogUnavailableException("the log is closed") : broken;
            askers.forEach(asker -> asker.completeExceptionally(why));
            return;
        }
        KafkaLogWriter writer = live.liveWriter();
        if (writer != null && writer.epoch() == place.epoch() && !usedLease.isZero()) {
            lease = new Lease(place.epoch(), askedNanos + usedLease.toNanos(), askedMillis + usedLease.toMillis());
        }
        askers.forEach(asker -> asker.complete(place.revision()));
    }

    private CompletionStage<Long> endOffset() {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .toCompletionStage()
                    .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset);
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(e); // closed meanwhile
        }
    }
}
