package io.shiplog.projections;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A log whose beginning is gone. */
final class CutLog implements EventLog {
    private final EventLog whole;
    private final long oldest;

    CutLog(@Nullable EventLog whole, long oldest) {
        this.whole = Objects.requireNonNull(whole);
        this.oldest = oldest;
    }

    @Override
    public String shard() {
        return whole.shard();
    }

    @Override
    public CompletionStage<Long> end() {
        return whole.end();
    }

    @Override
    public long oldest() {
        return oldest;
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        mustHold(after);
        return whole.read(after, upTo, reader);
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        mustHold(after);
        return whole.tail(after, reader);
    }

    private void mustHold(long after) {
        if (after + 1 < oldest) {
            throw new CutLogException(after + 1, oldest);
        }
    }

    @Override
    public LogWriter claim(String address, Duration timeout) {
        return whole.claim(address, timeout);
    }

    @Override
    public Optional<Claim> newestClaim() {
        return whole.newestClaim();
    }

    @Override
    public void close() {
        whole.close();
    }
}
