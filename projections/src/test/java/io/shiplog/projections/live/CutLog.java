package io.shiplog.projections.live;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.ForwardingLog;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log whose beginning is gone. */
public final class CutLog extends ForwardingLog {
    private final long oldest;

    public CutLog(@Nullable EventLog whole, long oldest) {
        super(Objects.requireNonNull(whole));
        this.oldest = oldest;
    }

    @Override
    public long oldest() {
        return oldest;
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        mustHold(after);
        return super.read(after, upTo, reader);
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        mustHold(after);
        return super.tail(after, reader);
    }

    private void mustHold(long after) {
        if (after + 1 < oldest) {
            throw new CutLogException(after + 1, oldest);
        }
    }
}
