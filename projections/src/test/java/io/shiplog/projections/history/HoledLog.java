package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.ForwardingLog;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A log with undecodable records: readers skip them, as in the Kafka implementation. */
public final class HoledLog extends ForwardingLog {
    private final Set<Long> holes;

    public HoledLog(EventLog whole, long... holes) {
        super(whole);
        this.holes = Arrays.stream(holes).boxed().collect(Collectors.toSet());
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        return super.read(after, upTo, batch -> hand(batch, reader));
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        return super.tail(after, batch -> hand(batch, reader));
    }

    private void hand(List<Event> batch, BatchReader reader) {
        List<Event> readable = batch.stream()
                .filter(event -> !holes.contains(event.revision()))
                .toList();
        if (!readable.isEmpty()) {
            reader.onEvents(readable);
        }
    }
}
