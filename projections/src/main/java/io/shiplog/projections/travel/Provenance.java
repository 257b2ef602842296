package io.shiplog.projections.travel;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.projections.snapshot.BrokenSnapshotException;
import io.shiplog.projections.snapshot.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/** Whether derived data belongs to the log at hand. */
public final class Provenance {
    private Provenance() {}

    /**
     * A snapshot counts only if the log continues where it ends, and its last event is the log's own.
     *
     * @throws BrokenSnapshotException if it does not count
     */
    public static void mustBeOf(EventLog log, Checkpoint checkpoint) {
        long revision = checkpoint.revision();
        long end = log.end().toCompletableFuture().join();
        if (revision > end || revision + 1 < log.oldest()) {
            throw new BrokenSnapshotException("the snapshot of shard %s is of revision %d, but the log has %d to %d"
                    .formatted(log.shard(), revision, log.oldest(), end));
        }
        List<Event> last = new ArrayList<>();
        if (revision >= Math.max(1, log.oldest())) {
            log.read(revision - 1, revision, last::addAll);
        }
        if (!last.isEmpty() && !last.getLast().chain().equals(checkpoint.chain())) {
            throw new BrokenSnapshotException(
                    "the snapshot of shard %s at revision %d is one of another log".formatted(log.shard(), revision));
        }
    }
}
