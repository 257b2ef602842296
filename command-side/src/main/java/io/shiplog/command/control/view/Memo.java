package io.shiplog.command.control.view;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches values parsed from objects, by key and revision: a table of fixed size in which a new value replaces the old one in
 * its slot. Thread-safe.
 */
public final class Memo<T> {
    private final AtomicReferenceArray<@Nullable Entry<T>> slots;
    private final Function<StoredObject, T> reader;

    private record Entry<T>(ObjectKey key, String uid, long revision, T value) {}

    /** @param size maximum number of entries */
    public Memo(int size, Function<StoredObject, T> reader) {
        this.slots = new AtomicReferenceArray<>(size);
        this.reader = reader;
    }

    /** The parsed value of the object. */
    public T of(StoredObject object) {
        int slot = Math.floorMod(object.key().hashCode(), slots.length());
        Entry<T> entry = slots.get(slot);
        if (entry != null
                && entry.revision() == object.revision()
                && entry.key().equals(object.key())
                && entry.uid().equals(object.uid())) {
            return entry.value();
        }
        T value = reader.apply(object);
        slots.set(slot, new Entry<>(object.key(), object.uid(), object.revision(), value));
        return value;
    }
}
