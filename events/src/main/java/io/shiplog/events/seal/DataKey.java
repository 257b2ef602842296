package io.shiplog.events.seal;

import javax.crypto.SecretKey;

/** The key of one object, for the whole of its life. */
record DataKey(String id, SecretKey key) {
    @Override
    public String toString() {
        return id;
    }
}
