package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** A log some of whose records nobody can decode: readers pass over them, as the Kafka form does. */
public final class HoledLog implements EventLog {
    private final EventLog whole;
    private final Set<Long> holes;

    public HoledLog(EventLog whole, long... holes) {
        this.whole = whole;
        this.holes = Arrays.stream(holes).boxed().collect(Collectors.toSet());
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
        return whole.oldest();
    }

    @Override
    public long read(long after, long upTo, BatchReader reader) {
        return whole.read(after, upTo, batch -> hand(batch, reader));
    }

    @Override
    public Tail tail(long after, BatchReader reader) {
        return whole.tail(after, batch -> hand(batch, reader));
    }

    private void hand(List<Event> batch, BatchReader reader) {
        List<Event> readable = batch.stream()
                .filter(event -> !holes.contains(event.revision()))
                .toList();
        if (!readable.isEmpty()) {
            reader.onEvents(readable);
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
