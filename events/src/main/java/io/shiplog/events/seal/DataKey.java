package io.shiplog.events.seal;

import javax.crypto.SecretKey;

/** The key of one object, for its whole life. */
record DataKey(String id, SecretKey key) {
    @Override
    public String toString() {
        return id;
    }
}
