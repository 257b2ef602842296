package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.jspecify.annotations.Nullable;

/** Follows the log without end. The buffer is bounded: beyond that the stream reads again from its position. */
final class LogStream implements MessageStream<EventMessage> {
    /** Events buffered for a slow reader. */
    static final int MAX_HELD = 1_024;

    private final EventLog log;
    private final Function<Event, @Nullable Entry<EventMessage>> converter;
    private final Queue<Entry<EventMessage>> held = new ArrayDeque<>();
    private final EventLog.Tail tail;
    private long read;
    private boolean closed;

    // Written by the log's reading thread, which takes no lock of this stream: it may hold one of the log's.
    private volatile long seen;
    private volatile Runnable callback = () -> {};

    /** @param converter returns the entry of an event, or null to skip it */
    LogStream(EventLog log, long after, Function<Event, @Nullable Entry<EventMessage>> converter) {
        this.log = log;
        this.converter = converter;
        this.read = after;
        this.seen = after;
        this.tail = log.tail(after, this::onEvents);
    }

    private void onEvents(List<Event> batch) {
        seen = batch.getLast().revision();
        callback.run();
    }

    private void fill() {
        while (!closed && held.isEmpty() && read < seen) {
            long reached = log.read(read, Math.min(seen, read + MAX_HELD), this::hold);
            if (reached == read) {
                return;
            }
            read = reached;
        }
    }

    private void hold(List<Event> batch) {
        for (Event event : batch) {
            Entry<EventMessage> entry = converter.apply(event);
            if (entry != null) {
                held.add(entry);
            }
        }
    }

    @Override
    public synchronized Optional<Entry<EventMessage>> next() {
        fill();
        return Optional.ofNullable(held.poll());
    }

    @Override
    public synchronized Optional<Entry<EventMessage>> peek() {
        fill();
        return Optional.ofNullable(held.peek());
    }

    @Override
    public void setCallback(Runnable callback) {
        this.callback = callback;
        callback.run();
    }

    @Override
    public Optional<Throwable> error() {
        return Optional.empty();
    }

    @Override
    public synchronized boolean isCompleted() {
        return closed;
    }

    @Override
    public boolean hasNextAvailable() {
        return peek().isPresent();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            held.clear();
        }
        tail.close();
    }
}
