package io.shiplog.events.log.memory;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A shard held in memory. Appends are read back at once, on the caller's thread. */
public final class InMemoryEventLog implements EventLog {
    private final String shard;
    private final Clock clock;
    private final List<Event> events = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private @Nullable Claim claim;

    public InMemoryEventLog(String shard, Clock clock) {
        this.shard = shard;
        this.clock = clock;
    }

    @Override
    public String shard() {
        return shard;
    }

    @Override
    public synchronized CompletionStage<Long> end() {
        return CompletableFuture.completedFuture((long) events.size());
    }

    @Override
    public long oldest() {
        return 1;
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        List<Event> batch;
        synchronized (this) {
            int to = (int) Math.min(upTo, events.size());
            if (after >= to) {
                return after;
            }
            batch = List.copyOf(events.subList((int) after, to));
        }
        reader.onEvents(batch);
        return after + batch.size();
    }

    @Override
    public synchronized Tail tail(long after, BatchReader reader) {
        Follower follower = new Follower(reader);
        if (after < events.size()) {
            reader.onEvents(List.copyOf(events.subList((int) after, events.size())));
        }
        followers.add(follower);
        return () -> {
            synchronized (this) {
                followers.remove(follower);
            }
        };
    }

    @Override
    public synchronized LogWriter claim(String address, Duration timeout) {
        long epoch = claim == null ? 1 : claim.epoch() + 1;
        claim = new Claim(epoch, address, clock.instant());
        return new Writer(epoch);
    }

    @Override
    public synchronized Optional<Claim> newestClaim() {
        return Optional.ofNullable(claim);
    }

    @Override
    public void close() {}

    private static final class Follower {
        private final BatchReader reader;

        private Follower(BatchReader reader) {
            this.reader = reader;
        }
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
                return events.size();
            }
        }

        @Override
        public CompletionStage<Event> append(EventDraft draft) {
            synchronized (InMemoryEventLog.this) {
                if (!alive()) {
                    closed = true;
                    long newest = claim == null ? 0 : claim.epoch();
                    return CompletableFuture.failedFuture(new StaleWriterException(epoch, newest));
                }
                if (draft.revision() != events.size() + 1L) {
                    throw new IllegalArgumentException(
                            "revision %d does not follow %d".formatted(draft.revision(), events.size()));
                }
                String previous =
                        events.isEmpty() ? Chain.START : events.getLast().chain();
                Event event = draft.inLog(shard, epoch, Chain.next(previous, shard, epoch, draft));
                events.add(event);
                List<Event> batch = List.of(event);
                for (Follower follower : List.copyOf(followers)) {
                    follower.reader.onEvents(batch);
                }
                return CompletableFuture.completedFuture(event);
            }
        }

        @Override
        public boolean alive() {
            synchronized (InMemoryEventLog.this) {
                return !closed && claim != null && claim.epoch() == epoch;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
