package io.shiplog.events.seal;

import java.util.List;

/** Where the key-encryption keys are kept: outside Kafka, or sealing would be a show. The first one wraps, all unwrap. */
public interface KeyEncryptionKeys {
    /** Where that is, for people: a file's path. */
    String place();

    /**
     * All that there are at the moment of the call, newest first; empty if none was ever made.
     *
     * @throws IllegalStateException if they cannot be read, with the place in its message
     */
    List<KeyEncryptionKey> all();

    /** Keeps a first key unless there are some already. Gives those that are there then. */
    List<KeyEncryptionKey> orFirst(KeyEncryptionKey first);

    /** Puts these in the place of all, at once and durably. Those that are left out are destroyed. */
    void replace(List<KeyEncryptionKey> keys);
}
