package io.shiplog.events.seal;

import java.util.List;

/** Key-encryption keys in memory: for temporary clusters, and for tests. */
public final class InMemoryKeyEncryptionKeys implements KeyEncryptionKeys {
    private final String place;
    private List<KeyEncryptionKey> keys = List.of();

    /** None yet. */
    public InMemoryKeyEncryptionKeys() {
        this("this process's memory");
    }

    /** @param place their source, for messages */
    public InMemoryKeyEncryptionKeys(String place) {
        this.place = place;
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public synchronized List<KeyEncryptionKey> all() {
        return keys;
    }

    @Override
    public synchronized List<KeyEncryptionKey> orFirst(KeyEncryptionKey first) {
        if (keys.isEmpty()) {
            keys = List.of(first);
        }
        return keys;
    }

    @Override
    public synchronized void replace(List<KeyEncryptionKey> others) {
        keys = List.copyOf(others);
    }
}
