package io.shiplog.projections.history.index;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;

/**
 * Hashes of words. They are stored, and a later version must compute the same: {@link String#hashCode} and the mixing here
 * never change.
 */
final class Fingerprint {
    /** Multipliers and shifts of the finalizer of MurmurHash3, variant 13. */
    private static final long FIRST = 0xbf58476d1ce4e5b9L;

    private static final long SECOND = 0x94d049bb133111ebL;

    private Fingerprint() {}

    /** The role of a word in an event. The numbers are stored. */
    enum Field {
        TYPE(1),
        NAMESPACE(2),
        NAME(3),
        ACTOR(4),
        /** Of a command, or of the one at the root: a user's command is its own root. */
        COMMAND(5);

        private final long number;

        Field(long number) {
            this.number = number;
        }
    }

    static long of(Field field, String word) {
        return mixed(field.number << Integer.SIZE | Integer.toUnsignedLong(word.hashCode()));
    }

    static long of(ResourceType type) {
        return mixed(of(Field.TYPE, type.group()) + type.resource().hashCode());
    }

    static short of(ObjectKey key) {
        return (short) mixed(of(key.type()) ^ of(Field.NAMESPACE, key.namespace()) ^ of(Field.NAME, key.name()));
    }

    private static long mixed(long number) {
        long first = (number ^ (number >>> 30)) * FIRST;
        long second = (first ^ (first >>> 27)) * SECOND;
        return second ^ (second >>> 31);
    }
}
