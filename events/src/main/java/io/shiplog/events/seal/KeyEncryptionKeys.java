package io.shiplog.events.seal;

import java.util.List;

/**
 * Storage of the key-encryption keys: outside Kafka, otherwise encryption would be pointless. The first one wraps, all unwrap.
 */
public interface KeyEncryptionKeys {
    /** The location for messages: a file's path. */
    String place();

    /**
     * All current keys, newest first; empty if none was ever created.
     *
     * @throws IllegalStateException if they cannot be read, with the location in its message
     */
    List<KeyEncryptionKey> all();

    /** Stores a first key unless there are some already. Returns the current keys. */
    List<KeyEncryptionKey> orFirst(KeyEncryptionKey first);

    /** Replaces all keys, atomically and durably. Omitted keys are destroyed. */
    void replace(List<KeyEncryptionKey> keys);
}
