package io.shiplog.projections.history;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events that are read of a log; tails do not count. */
public final class CountingLog implements EventLog {
    private final EventLog log;
    private final AtomicLong read = new AtomicLong();

    public CountingLog(EventLog log) {
        this.log = log;
    }

    /** How many events were read since the last call. */
    public long read() {
        return read.getAndSet(0);
    }

    @Override
    public String shard() {
        return log.shard();
    }

    @Override
    public CompletionStage<Long> end() {
        return log.end();
    }

    @Override
    public long oldest() {
        return log.oldest();
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        return log.read(after, upTo, batch -> {
            read.addAndGet(batch.size());
            reader.onEvents(batch);
        });
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        return log.tail(after, reader);
    }

    @Override
    public LogWriter claim(String address, Duration timeout) {
        return log.claim(address, timeout);
    }

    @Override
    public Optional<Claim> newestClaim() {
        return log.newestClaim();
    }

    @Override
    public void close() {
        log.close();
    }
}
