package io.shiplog.events.seal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Wrapped data keys, in the order in which they were written. Older records of a key may be deleted: only its newest one
 * matters.
 */
public interface KeyStore {
    /**
     * Passes on, in order, the records after a position at the moment of the call.
     *
     * @param from 0 for everything, else the result of an earlier call
     * @return the position after the last record
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if the store cannot be read
     */
    long read(long from, Consumer<KeyRecord> reader);

    /** The newest record of each name, in the order in which they were written: everything that a copy of the store needs. */
    default List<KeyRecord> newest() {
        Map<String, KeyRecord> newest = new LinkedHashMap<>();
        read(0, record -> {
            String name = KeyRecordJson.name(record);
            newest.remove(name);
            newest.put(name, record);
        });
        return List.copyOf(newest.values());
    }

    /**
     * Writes records in this order, and returns when they are durable.
     *
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if that does not succeed; some may be written then
     */
    void write(List<KeyRecord> records);
}
