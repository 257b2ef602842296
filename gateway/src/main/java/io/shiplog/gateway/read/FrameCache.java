package io.shiplog.gateway.read;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ObjectForm;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Recently sent watch frames, by kind, form and encoding: a table row or a message is built once, however many terminals watch. A slot holds one entry
 * and the newest wins; a lost one is built again.
 */
final class FrameCache {
    private static final int PLACES = 1024; // a power of two
    /** Larger ones are made for each watcher: all places together stay small. */
    private static final int MAX_BYTES = 16 * 1024;

    private record Entry(Form form, Accepted.Text encoding, ObjectKey key, long revision, byte[] object) {}

    private final AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(PLACES);

    /** The object of an event as the form writes it, without columns, in an encoding of watches. */
    byte[] object(Form form, Accepted.Text encoding, StoredObject stored, Instant now) {
        if (form instanceof ObjectForm && encoding == Accepted.Text.JSON) {
            return form.watched(stored.json(), false, now); // the stored bytes themselves
        }
        int place = Long.hashCode(stored.revision()) & (PLACES - 1);
        Entry entry = places.get(place);
        if (entry != null
                && entry.revision() == stored.revision()
                && entry.key().equals(stored.key())
                && entry.encoding() == encoding
                && entry.form().equals(form)) {
            return entry.object();
        }
        byte[] made = WatchFrames.encoded(encoding, form.watched(stored.json(), false, now));
        if (made.length <= MAX_BYTES) {
            places.set(place, new Entry(form, encoding, stored.key(), stored.revision(), made));
        }
        return made;
    }
}
