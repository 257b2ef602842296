package io.shiplog.docker.transfer;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistory.Span;
import io.shiplog.projections.history.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of each shard between two points. A revision is one of the main shard; the others are cut at its event's time.
 *
 * @param byShard in the order of the shards
 */
public record Stretch(Map<String, Part> byShard) {
    private static final String MAIN = ShardConfig.events().name();

    /** The events after one revision up to and including another one. */
    public record Part(long after, long upTo) {}

    /**
     * Resolves the points.
     *
     * @param from the first event, empty for the oldest
     * @param to the last event, empty for the newest at the call
     * @throws IllegalArgumentException if a point lies outside the log; the message names its oldest or newest revision
     */
    public static Stretch of(Map<String, EventLog> logs, LogHistory history, Optional<Point> from, Optional<Point> to) {
        Map<String, Part> parts = new LinkedHashMap<>();
        logs.forEach((shard, log) -> {
            Span span = now(history, shard);
            long after =
                    from.map(point -> before(log(logs), history, shard, point)).orElse(span.oldest() - 1);
            long upTo = to.map(point -> upTo(log(logs), history, shard, point)).orElse(span.newest());
            parts.put(shard, new Part(Math.max(after, span.oldest() - 1), Math.min(upTo, span.newest())));
        });
        return new Stretch(parts);
    }

    /** The part of one shard. */
    public Part of(String shard) {
        Part part = byShard.get(shard);
        if (part == null) {
            throw new IllegalArgumentException("there is no shard " + shard + " among " + byShard.keySet());
        }
        return part;
    }

    private static EventLog log(Map<String, EventLog> logs) {
        EventLog log = logs.get(MAIN);
        if (log == null) {
            throw new IllegalArgumentException("there is no shard " + MAIN + " among " + logs.keySet());
        }
        return log;
    }

    private static long before(EventLog main, LogHistory history, String shard, Point point) {
        return switch (point) {
            case Point.Revision(long revision) ->
                shard.equals(MAIN)
                        ? held(history, revision) - 1
                        : at(history, shard, time(main, history, revision).minusNanos(1));
            case Point.Time(Instant time) -> at(history, shard, time.minusNanos(1));
        };
    }

    private static long upTo(EventLog main, LogHistory history, String shard, Point point) {
        return switch (point) {
            case Point.Revision(long revision) ->
                shard.equals(MAIN) ? held(history, revision) : at(history, shard, time(main, history, revision));
            case Point.Time(Instant time) -> at(history, shard, Point.through(time, Instant.now()));
        };
    }

    private static long at(LogHistory history, String shard, Instant time) {
        return history.revisionAt(shard, time).toCompletableFuture().join();
    }

    private static Instant time(EventLog main, LogHistory history, long revision) {
        List<Event> event = new ArrayList<>();
        main.read(held(history, revision) - 1, revision, event::addAll);
        return event.isEmpty() ? Instant.EPOCH : event.getFirst().time();
    }

    private static long held(LogHistory history, long revision) {
        Span span = now(history, MAIN);
        if (!span.holds(revision)) {
            throw new IllegalArgumentException("revision %d is not in the log, which has revisions %d to %d"
                    .formatted(revision, span.oldest(), span.newest()));
        }
        return revision;
    }

    private static Span now(LogHistory history, String shard) {
        return history.span(shard).toCompletableFuture().join();
    }
}
