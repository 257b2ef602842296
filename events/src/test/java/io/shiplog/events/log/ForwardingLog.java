package io.shiplog.events.log;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A log that is another one, but for what a test overrides. */
public abstract class ForwardingLog implements EventLog {
    private final EventLog log;

    protected ForwardingLog(EventLog log) {
        this.log = log;
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
        return log.read(after, upTo, reader);
    }

    @Override
    public Optional<RecordPosition> position(long revision) {
        return log.position(revision);
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
    public Optional<String> refusal() {
        return log.refusal();
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
