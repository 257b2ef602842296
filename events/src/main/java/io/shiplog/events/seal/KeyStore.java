package io.shiplog.events.seal;

import java.util.List;
import java.util.function.Consumer;

/** Wrapped data keys, in the order in which they were written. Older records of a key may be gone: only its newest one matters. */
public interface KeyStore {
    /**
     * Hands over, in order, what stands behind a place at the moment of the call.
     *
     * @param from 0 for everything, else what an earlier call gave
     * @return the place behind the last record
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if the store cannot be read
     */
    long read(long from, Consumer<KeyRecord> reader);

    /**
     * Writes records in this order, and returns when they are durable.
     *
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if that does not succeed; some may be there then
     */
    void write(List<KeyRecord> records);
}
