package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistory.Span;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.Point;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Converts a moment (a revision or a time) to a revision of a shard, or reports why the log has none. */
final class Moments {
    private final LogHistory history;
    private final InstantSource clock;

    Moments(LogHistory history, InstantSource clock) {
        this.history = history;
        this.clock = clock;
    }

    /** The first revision that is not before a moment. A time before the log is refused as in {@link #to}: the answer would not cover it. */
    CompletionStage<Checked<Long>> from(String shard, Moment moment, Span span) {
        return switch (moment) {
            case Moment.Now() -> done(Checked.ok(span.newest() + 1));
            case Moment.AtRevision(long revision) -> done(held(moment, Math.max(revision, 1), span));
            case Moment.AtTime(Instant time) ->
                isFuture(shard, time, span)
                        .thenCompose(isFuture -> isFuture
                                ? done(Checked.refused(future(moment, span)))
                                : history.revisionAt(shard, time.minusNanos(1))
                                        .thenCompose(before -> before < span.oldest()
                                                ? fromOldest(shard, moment, time, span)
                                                : done(Checked.ok(before + 1))));
        };
    }

    /** No event is before the moment: it is that of the oldest one, to the second, or before the log. */
    private CompletionStage<Checked<Long>> fromOldest(String shard, Moment moment, Instant time, Span span) {
        return history.revisionAt(shard, Point.through(time, clock.instant()))
                .thenApply(through -> through < span.oldest() && span.oldest() <= span.newest()
                        ? Checked.refused(gone(moment, span))
                        : Checked.ok(span.oldest()));
    }

    /** The last revision that is not after a moment; a whole second means its end. */
    CompletionStage<Checked<Long>> to(String shard, Moment moment, Span span) {
        return switch (moment) {
            case Moment.Now() -> done(Checked.ok(span.newest()));
            case Moment.AtRevision(long revision) -> done(held(moment, revision, span));
            case Moment.AtTime(Instant time) ->
                isFuture(shard, time, span)
                        .thenCompose(isFuture -> isFuture
                                ? done(Checked.refused(future(moment, span)))
                                : history.revisionAt(shard, Point.through(time, clock.instant()))
                                        .thenApply(revision -> revision < span.oldest()
                                                ? Checked.refused(gone(moment, span))
                                                : Checked.ok(revision)));
        };
    }

    /** {@link #from(String, Moment, Span)} for callers that may wait. */
    Checked<Long> from(Past past, Moment moment) {
        return Past.await(from(past.shard(), moment, past.span()));
    }

    /** {@link #to(String, Moment, Span)} for callers that may wait. */
    Checked<Long> to(Past past, Moment moment) {
        return Past.await(to(past.shard(), moment, past.span()));
    }

    /** Later than this machine's clock, and than all events: the clock that timed them may have been set back since. */
    private CompletionStage<Boolean> isFuture(String shard, Instant time, Span span) {
        return time.isAfter(clock.instant())
                ? history.revisionAt(shard, time.minusNanos(1)).thenApply(before -> before >= span.newest())
                : done(false);
    }

    private static Checked<Long> held(Moment moment, long revision, Span span) {
        if (revision > span.newest()) {
            return Checked.refused(future(moment, span));
        }
        return revision < span.oldest() ? Checked.refused(gone(moment, span)) : Checked.ok(revision);
    }

    private static Refusal future(Moment moment, Span span) {
        return Refusal.of(
                Reason.BAD_REQUEST,
                "%s is in the future: the newest revision is %d".formatted(moment.shown(), span.newest()));
    }

    private static Refusal gone(Moment moment, Span span) {
        return Refusal.of(
                Reason.EXPIRED,
                span.oldest() == 1
                        ? "%s is before the log begins: its revisions are 1 to %d"
                                .formatted(moment.shown(), span.newest())
                        : "%s is no longer in the log: its revisions are %d to %d"
                                .formatted(moment.shown(), span.oldest(), span.newest()));
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
