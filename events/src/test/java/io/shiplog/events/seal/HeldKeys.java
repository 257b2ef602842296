package io.shiplog.events.seal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Key-encryption keys of one machine, which can be copied to another and may be unwritable. */
public final class HeldKeys implements KeyEncryptionKeys {
    private final InMemoryKeyEncryptionKeys keys = new InMemoryKeyEncryptionKeys();
    private volatile @Nullable String readOnly;

    /** From now on they cannot be replaced, for this reason. */
    public void cannotBeReplaced(String why) {
        readOnly = why;
    }

    /** As they are now, on another machine. */
    public HeldKeys copy() {
        HeldKeys copy = new HeldKeys();
        copy.keys.replace(all());
        return copy;
    }

    @Override
    public String place() {
        return "/home/shiplog/pki/secrets.key";
    }

    @Override
    public List<KeyEncryptionKey> all() {
        return keys.all();
    }

    @Override
    public List<KeyEncryptionKey> orFirst(KeyEncryptionKey first) {
        return keys.orFirst(first);
    }

    @Override
    public void replace(List<KeyEncryptionKey> others) {
        String why = readOnly;
        if (why != null) {
            throw new IllegalStateException(why);
        }
        keys.replace(others);
    }
}
