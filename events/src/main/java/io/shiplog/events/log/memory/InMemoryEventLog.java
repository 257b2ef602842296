package io.shiplog.events.log.memory;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.RecordPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard held in memory. Events are passed to the tails in order, by one thread at a time and under no lock: the one that
 * appends or opens a tail, unless another one is delivering, which then delivers these too.
 */
public final class InMemoryEventLog implements EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryEventLog.class);

    private final String shard;
    private final Clock clock;
    private final List<Event> events = new ArrayList<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Deque<Runnable> deliveries = new ArrayDeque<>();
    private boolean delivering;
    private final long base;
    private final String baseChain;
    private long oldest;
    private @Nullable Claim claim;

    /** A receiver of the events after a revision, until it is closed. */
    private static final class Follower implements Tail {
        private final long after;
        private final BatchReader reader;
        private volatile boolean ended;

        private Follower(long after, BatchReader reader) {
            this.after = after;
            this.reader = reader;
        }

        /** An exception of a tail is its owner's bug; the others must not suffer. */
        private void hand(List<Event> batch) {
            long first = batch.getFirst().revision();
            if (ended || first <= after) {
                return;
            }
            try {
                reader.onEvents(batch);
            } catch (RuntimeException e) {
                LOG.error("a tail failed at revision {}", first, e);
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    public InMemoryEventLog(String shard, Clock clock) {
        this(shard, clock, 0, Chain.START);
    }

    /**
     * A log that continues after an event of another one, and holds nothing before.
     *
     * @param revision of that event
     * @param chain its link in the hash chain
     */
    public InMemoryEventLog(String shard, Clock clock, long revision, String chain) {
        this.shard = shard;
        this.clock = clock;
        this.base = revision;
        this.baseChain = chain;
        this.oldest = revision + 1;
    }

    private long newest() {
        return base + events.size();
    }

    @Override
    public String shard() {
        return shard;
    }

    @Override
    public synchronized CompletionStage<Long> end() {
        return CompletableFuture.completedFuture(newest());
    }

    @Override
    public synchronized long oldest() {
        return oldest;
    }

    /** Deletes the events before a revision, as retention does. */
    public synchronized void cutBefore(long revision) {
        oldest = Math.max(oldest, revision);
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        List<Event> batch;
        synchronized (this) {
            long to = Math.min(upTo, newest());
            if (after >= to) {
                return after;
            }
            batch = after(after, to);
        }
        reader.onEvents(batch);
        return after + batch.size();
    }

    private List<Event> after(long after, long to) {
        if (after + 1 < oldest) {
            throw new CutLogException(after + 1, oldest);
        }
        return List.copyOf(events.subList((int) (after - base), (int) (to - base)));
    }

    @Override
    public synchronized Optional<RecordPosition> position(long revision) {
        if (revision < oldest) {
            throw new CutLogException(revision, oldest);
        }
        return Optional.empty();
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        Follower follower = new Follower(after, reader);
        synchronized (this) {
            List<Event> past = after < newest() ? after(after, newest()) : List.of();
            deliveries.add(() -> {
                if (!past.isEmpty()) {
                    follower.hand(past);
                }
                followers.add(follower);
            });
        }
        deliver();
        return follower;
    }

    @Override
    public synchronized LogWriter claim(String address, Duration timeout) {
        long epoch = claim == null ? 1 : claim.epoch() + 1;
        claim = new Claim(epoch, address, clock.instant());
        return new Writer(epoch);
    }

    /** Memory has no disk limit. */
    @Override
    public Optional<String> refusal() {
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Claim> newestClaim() {
        return Optional.ofNullable(claim);
    }

    @Override
    public void close() {}

    /** Delivers pending events, in order; a tail's own appends come after them. */
    private void deliver() {
        synchronized (this) {
            if (delivering) {
                return;
            }
            delivering = true;
        }
        try {
            for (Runnable next = nextDelivery(); next != null; next = nextDelivery()) {
                next.run();
            }
        } catch (Error e) {
            synchronized (this) {
                delivering = false;
            }
            throw e;
        }
    }

    private synchronized @Nullable Runnable nextDelivery() {
        Runnable next = deliveries.poll();
        delivering = next != null;
        return next;
    }

    private void hand(Event event, CompletableFuture<Event> answer) {
        followers.removeIf(follower -> follower.ended);
        followers.forEach(follower -> follower.hand(List.of(event)));
        answer.complete(event);
    }

    private final class Writer implements LogWriter {
        private final long epoch;
        private boolean closed;

        private Writer(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public long lastRevision() {
            synchronized (InMemoryEventLog.this) {
                return newest();
            }
        }

        @Override
        public CompletionStage<Event> append(EventDraft draft) {
            CompletableFuture<Event> answer = new CompletableFuture<>();
            synchronized (InMemoryEventLog.this) {
                if (!alive()) {
                    closed = true;
                    long newest = claim == null ? 0 : claim.epoch();
                    return CompletableFuture.failedFuture(new StaleWriterException(epoch, newest));
                }
                if (draft.revision() != newest() + 1) {
                    throw new IllegalArgumentException(
                            "revision %d does not follow %d".formatted(draft.revision(), newest()));
                }
                String previous =
                        events.isEmpty() ? baseChain : events.getLast().chain();
                Event event = draft.inLog(shard, epoch, Chain.next(previous, shard, epoch, draft));
                events.add(event);
                deliveries.add(() -> hand(event, answer));
            }
            deliver();
            return answer;
        }

        @Override
        public boolean alive() {
            synchronized (InMemoryEventLog.this) {
                return !closed && claim != null && claim.epoch() == epoch;
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryEventLog.this) {
                closed = true;
            }
        }
    }
}
