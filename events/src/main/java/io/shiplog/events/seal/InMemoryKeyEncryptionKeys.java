package io.shiplog.events.seal;

import java.util.List;

/** Key-encryption keys that last as long as the process: for clusters that leave nothing behind, and for tests. */
public final class InMemoryKeyEncryptionKeys implements KeyEncryptionKeys {
    private List<KeyEncryptionKey> keys = List.of();

    @Override
    public String place() {
        return "this process's memory";
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
