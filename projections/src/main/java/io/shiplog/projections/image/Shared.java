package io.shiplog.projections.image;

import io.shiplog.events.object.ResourceType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Interns strings and other small values. A table of fixed size in which a new value replaces the old one in its slot: bounded,
 * without locks; a lost race costs only a duplicate.
 */
final class Shared {
    private static final int SLOTS = 4_096;
    /** Longer strings hardly ever repeat. */
    private static final int MAX_LENGTH = 64;

    private final @Nullable Object[] slots = new @Nullable Object[SLOTS];

    /** An equal string, the same instance as before if it was used recently. */
    String string(String value) {
        return value.length() > MAX_LENGTH ? value : one(value, value.hashCode());
    }

    ResourceType type(ResourceType value) {
        return one(value, value.hashCode());
    }

    /** Keys of a map, in their order. */
    String[] keys(String[] keys) {
        int slot = slot(Arrays.hashCode(keys));
        if (slots[slot] instanceof String[] known && Arrays.equals(known, keys)) {
            return known;
        }
        slots[slot] = keys;
        return keys;
    }

    @SuppressWarnings("unchecked") // equal values of these classes have the same class
    private <T> T one(T value, int hash) {
        int slot = slot(hash);
        Object known = slots[slot];
        if (value.equals(known)) {
            return (T) known;
        }
        slots[slot] = value;
        return value;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }
}
