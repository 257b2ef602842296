package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The past of one shard for queries with several reads: as of the first read of its span. Its methods wait for the log: call
 * them within {@link #ask}, on a thread that may wait. They throw what {@link LogHistory}'s stages fail with. They throw
 * {@code LogUnavailableException} once the query takes longer than a request may: 60 s.
 */
public final class Past {
    private static final int PAGE = 100;
    /** A request has its answer by then: what is still being looked up is of no use any more. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LogHistory history;
    private final String shard;
    private final Map<String, Past> others;
    private final LongSupplier nanoTime;
    private final long begin;
    private LogHistory.@Nullable Span span;

    public Past(LogHistory history, String shard) {
        this(history, shard, System::nanoTime);
    }

    public Past(LogHistory history, String shard, LongSupplier nanoTime) {
        this(history, shard, new HashMap<>(), nanoTime, nanoTime.getAsLong());
    }

    private Past(LogHistory history, String shard, Map<String, Past> others, LongSupplier nanoTime, long begin) {
        this.history = history;
        this.shard = shard;
        this.others = others;
        this.nanoTime = nanoTime;
        this.begin = begin;
        others.put(shard, this);
    }

    /** Fails once the query takes longer than a request may. */
    private void mustHaveTime() {
        if (nanoTime.getAsLong() - begin > PATIENCE.toNanos()) {
            throw new EventLog.LogUnavailableException(
                    "the query takes longer than %d s".formatted(PATIENCE.toSeconds()));
        }
    }

    /** Runs a query on its own thread; the stage has its answer, or what it threw. */
    public static <T> CompletionStage<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, Thread::startVirtualThread);
    }

    /** The shard's name. */
    public String shard() {
        return shard;
    }

    /** What the shard held at the first call. */
    public LogHistory.Span span() {
        if (span == null) {
            span = await(history.span(shard));
        }
        return span;
    }

    /** The revision of the newest event that is not later than a moment, see {@link LogHistory#revisionAt}. */
    public long at(Instant time) {
        return await(history.revisionAt(shard, time));
    }

    /** The past of another shard of the same log. */
    public Past of(String other) {
        Past known = others.get(other);
        return known == null ? new Past(history, other, others, nanoTime, begin) : known;
    }

    /** The name of an event in causes: {@code shard/revision}. */
    public record Place(String shard, long revision) {
        private static final Pattern FORM = Pattern.compile("([a-z]+)/([1-9][0-9]{0,17})");

        /** Null if the text is not such a name. */
        public static @Nullable Place of(String id) {
            Matcher form = FORM.matcher(id);
            return form.matches() ? new Place(form.group(1), Long.parseLong(form.group(2))) : null;
        }
    }

    /** The event of a revision; empty if the log does not have it, or it cannot be decoded. */
    public Optional<Event> event(long revision) {
        return span().holds(revision) ? last(revision, revision, ChangeFilter.ALL) : Optional.empty();
    }

    /** The event that a cause names; empty like {@link #event(long)}, or if the name is invalid. */
    public Optional<Event> event(String id) {
        Place place = Place.of(id);
        return place == null ? Optional.empty() : of(place.shard()).event(place.revision());
    }

    /** The newest event in a range that passes a filter. */
    public Optional<Event> last(long from, long to, ChangeFilter filter) {
        ChangeQuery query = ChangeQuery.newestFirst(shard, from, to, filter);
        while (true) {
            mustHaveTime();
            ChangePage page = await(history.page(query, 1));
            if (!page.events().isEmpty() || page.last()) {
                return page.events().stream().findFirst();
            }
            query = query.goingOn(page.next());
        }
    }

    /** The events with their previous objects. */
    public List<PastChange> withBefore(List<Event> events) {
        mustHaveTime();
        return await(history.withBefore(events));
    }

    /**
     * Passes a query's events to the consumer, in order, until it stops.
     *
     * @param more takes an event and returns whether it wants more
     * @return revisions whose records cannot be decoded
     */
    public List<Long> each(ChangeQuery query, Predicate<Event> more) {
        List<Long> unreadable = new ArrayList<>();
        ChangeQuery next = query;
        while (true) {
            mustHaveTime();
            ChangePage page = await(history.page(next, LogHistory.MAX_PAGE));
            unreadable.addAll(page.unreadable());
            for (Event event : page.events()) {
                if (!more.test(event)) {
                    return unreadable;
                }
            }
            if (page.last()) {
                return unreadable;
            }
            next = next.goingOn(page.next());
        }
    }

    /**
     * The changes of one object backwards: up to a revision, newest first, until the consumer stops or the object's creation.
     *
     * @param uid selects among several objects that had the name; null for the last
     * @param more takes a change and returns whether it wants older ones
     * @return whether there was any
     */
    public boolean life(ObjectKey key, @Nullable String uid, long upTo, Predicate<PastChange> more) {
        LogHistory.Span span = span();
        ChangeQuery query =
                ChangeQuery.newestFirst(shard, span.oldest(), Math.min(upTo, span.newest()), ChangeFilter.of(key));
        boolean any = false;
        while (true) {
            ChangePage page = await(history.page(query, PAGE));
            List<Event> own = own(page.events(), any ? null : uid);
            any |= !own.isEmpty();
            for (PastChange change : withBefore(own)) {
                mustHaveTime();
                if (!more.test(change) || change.creates()) {
                    return true;
                }
            }
            if (page.last()) {
                return any;
            }
            query = query.goingOn(page.next());
        }
    }

    /** The changes from the newest with the uid down to the creation of its object. */
    private static List<Event> own(List<Event> newestFirst, @Nullable String uid) {
        List<Event> own = new ArrayList<>();
        for (Event event : newestFirst) {
            if (!own.isEmpty() || uid == null || uid.equals(uidOf(event))) {
                own.add(event);
                if (event.type().creates()) {
                    break;
                }
            }
        }
        return own;
    }

    /** The uid of an event's object, empty if it has none. */
    public static String uidOf(Event event) {
        return event.object().tree().path("metadata").path("uid").asText("");
    }

    /** Waits for a stage, on a thread that may wait; throws what it failed with. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
