package io.shiplog.projections.history.index;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.index.Fingerprint.Field;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What an index searches for.
 *
 * @param words that must all be in a segment
 * @param key that an event must have, null for any
 */
record Wanted(long[] words, @Nullable Short key) {

    static Wanted by(ChangeFilter filter) {
        LongStream.Builder words = LongStream.builder();
        if (filter.type() != null) {
            words.add(Fingerprint.of(filter.type()));
        }
        add(words, Field.NAMESPACE, filter.namespace());
        add(words, Field.NAME, filter.name());
        add(words, Field.ACTOR, filter.actor());
        add(words, Field.COMMAND, filter.commandId());
        add(words, Field.COMMAND, filter.correlationId());
        ObjectKey key = filter.key();
        return new Wanted(words.build().toArray(), key == null ? null : Fingerprint.of(key));
    }

    private static void add(LongStream.Builder words, Field field, @Nullable String word) {
        if (word != null) {
            words.add(Fingerprint.of(field, word));
        }
    }
}
