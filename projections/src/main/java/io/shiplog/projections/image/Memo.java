package io.shiplog.projections.image;

import io.shiplog.events.json.Json;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches values parsed from objects, by the identity of their bytes: images share the bytes of an object until it changes. A table of
 * fixed size in which a new value replaces the old one in its slot; it keeps no object in memory. A revision would not identify
 * an object: after a failed append the next decision gets the same one. Thread-safe.
 */
public final class Memo<T> {
    private final AtomicReferenceArray<@Nullable Entry<T>> slots;
    private final Function<StoredObject, T> reader;

    private record Entry<T>(WeakReference<Json> bytes, T value) {}

    /** @param size maximum number of entries */
    public Memo(int size, Function<StoredObject, T> reader) {
        this.slots = new AtomicReferenceArray<>(size);
        this.reader = reader;
    }

    /** The parsed value of the object. */
    public T of(StoredObject object) {
        int slot = Math.floorMod(object.key().hashCode(), slots.length());
        Entry<T> entry = slots.get(slot);
        if (entry != null && entry.bytes().refersTo(object.json())) {
            return entry.value();
        }
        T value = reader.apply(object);
        slots.set(slot, new Entry<>(new WeakReference<>(object.json()), value));
        return value;
    }
}
