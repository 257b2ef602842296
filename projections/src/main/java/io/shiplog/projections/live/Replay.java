package io.shiplog.projections.live;

import java.time.Duration;

/** Counts a shard's events up to the end of its log at the start, and reports progress. */
final class Replay {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final String shard;
    private final long from;
    private final long to;
    private final Progress progress;
    private final long startedNanos = System.nanoTime();
    private long loggedNanos = startedNanos;
    private boolean done;

    Replay(String shard, long from, long to, Progress progress) {
        this.shard = shard;
        this.from = from;
        this.to = to;
        this.progress = progress;
        this.done = from >= to;
    }

    /** Called only on the shard's reading thread. */
    void applied(long revision) {
        if (done) {
            return;
        }
        long now = System.nanoTime();
        done = revision >= to;
        if (done || now - loggedNanos >= INTERVAL_NANOS) {
            loggedNanos = now;
            double seconds = Math.max(1, now - startedNanos) / 1e9;
            progress.replayed(shard, revision - from, to - from, (revision - from) / seconds);
        }
    }
}
