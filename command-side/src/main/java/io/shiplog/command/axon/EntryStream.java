package io.shiplog.command.axon;

import java.util.List;
import java.util.Optional;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.eventhandling.EventMessage;

/** A finished list of messages as a stream. */
final class EntryStream implements MessageStream<EventMessage> {
    private final List<Entry<EventMessage>> entries;
    private int next;
    private Runnable callback = () -> {};

    EntryStream(List<Entry<EventMessage>> entries) {
        this.entries = entries;
    }

    @Override
    public Optional<Entry<EventMessage>> next() {
        return next < entries.size() ? Optional.of(entries.get(next++)) : Optional.empty();
    }

    @Override
    public Optional<Entry<EventMessage>> peek() {
        return next < entries.size() ? Optional.of(entries.get(next)) : Optional.empty();
    }

    @Override
    public void setCallback(Runnable callback) {
        this.callback = callback;
        this.callback.run();
    }

    @Override
    public Optional<Throwable> error() {
        return Optional.empty();
    }

    @Override
    public boolean isCompleted() {
        return next >= entries.size();
    }

    @Override
    public boolean hasNextAvailable() {
        return next < entries.size();
    }

    @Override
    public void close() {
        next = entries.size();
    }
}
