package io.shiplog.events.seal;

import java.util.ArrayList;
import java.util.List;

/** Key-encryption keys in memory: those of one machine. */
public final class HeldKeys implements KeyEncryptionKeys {
    private List<KeyEncryptionKey> keys = new ArrayList<>();

    /** As they are now, on another machine. */
    public HeldKeys copy() {
        HeldKeys copy = new HeldKeys();
        copy.keys = new ArrayList<>(keys);
        return copy;
    }

    @Override
    public String place() {
        return "/home/shiplog/pki/secrets.key";
    }

    @Override
    public synchronized List<KeyEncryptionKey> all() {
        return List.copyOf(keys);
    }

    @Override
    public synchronized List<KeyEncryptionKey> orFirst(KeyEncryptionKey first) {
        if (keys.isEmpty()) {
            keys = List.of(first);
        }
        return all();
    }

    @Override
    public synchronized void replace(List<KeyEncryptionKey> others) {
        keys = List.copyOf(others);
    }
}
