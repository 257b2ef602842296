package io.shiplog.events.seal;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything needed to decrypt a cluster's objects, besides its log.
 *
 * @param cluster its name
 * @param time when the backup was started
 * @param files the texts of the key files, by file name
 * @param records the newest record of each key in the key store, in the order in which they must be written
 */
public record KeyBackup(String cluster, Instant time, SortedMap<String, String> files, List<KeyRecord> records) {
    public KeyBackup {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        records = List.copyOf(records);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "KeyBackup[%s of %s, %d records]".formatted(cluster, time, records.size());
    }
}
