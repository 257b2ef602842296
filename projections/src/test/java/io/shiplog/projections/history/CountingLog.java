package io.shiplog.projections.history;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.ForwardingLog;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events that are read of a log; tails do not count. */
public final class CountingLog extends ForwardingLog {
    private final AtomicLong read = new AtomicLong();

    public CountingLog(EventLog log) {
        super(log);
    }

    /** How many events were read since the last call. */
    public long read() {
        return read.getAndSet(0);
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        return super.read(after, upTo, batch -> {
            read.addAndGet(batch.size());
            reader.onEvents(batch);
        });
    }
}
