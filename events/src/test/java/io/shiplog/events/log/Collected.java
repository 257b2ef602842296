package io.shiplog.events.log;

import java.util.ArrayList;
import java.util.List;

/** A tail's reader that keeps what it is handed, and can be waited for. */
public final class Collected implements EventLog.BatchReader {
    private static final long LIMIT_MILLIS = 30_000;

    private final List<Event> events = new ArrayList<>();
    private int batches;

    @Override
    public synchronized void onEvents(List<Event> batch) {
        events.addAll(batch);
        batches++;
        notifyAll();
    }

    /** What has come so far. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** The revisions that have come so far. */
    public synchronized List<Long> revisions() {
        return events.stream().map(Event::revision).toList();
    }

    /** In how many hand-overs. */
    public synchronized int batches() {
        return batches;
    }

    /** Waits until the event of a revision has come. */
    public synchronized List<Event> until(long revision) throws InterruptedException {
        long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
        while (events.isEmpty() || events.getLast().revision() < revision) {
            long left = deadline - System.currentTimeMillis();
            if (left <= 0) {
                throw new AssertionError("revision %d did not come; the last one is %s"
                        .formatted(
                                revision,
                                events.isEmpty() ? "none" : events.getLast().id()));
            }
            wait(left);
        }
        return List.copyOf(events);
    }
}
