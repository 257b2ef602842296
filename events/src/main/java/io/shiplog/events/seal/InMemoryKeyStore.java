package io.shiplog.events.seal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keys in memory: for clusters without a broker, and for tests. */
public final class InMemoryKeyStore implements KeyStore {
    private final List<KeyRecord> records = new ArrayList<>();

    @Override
    public synchronized long read(long from, Consumer<KeyRecord> reader) {
        records.subList((int) from, records.size()).forEach(reader);
        return records.size();
    }

    @Override
    public synchronized void write(List<KeyRecord> more) {
        records.addAll(more);
    }
}
