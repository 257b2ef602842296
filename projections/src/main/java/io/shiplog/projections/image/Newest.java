package io.shiplog.projections.image;

import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest event of each object in a range of a shard, and the latest time of all events. */
public final class Newest {
    private final String shard;
    private final Map<ObjectKey, Event> byKey = new LinkedHashMap<>();
    private Instant time = Instant.EPOCH;
    private @Nullable Event last;

    public Newest(String shard) {
        this.shard = shard;
    }

    /** Takes the next events, in order. */
    public void add(List<Event> events) {
        for (Event event : events) {
            last = event;
            if (!event.type().isAccess()) {
                byKey.remove(event.key());
                byKey.put(event.key(), event);
            }
            if (event.time().isAfter(time)) {
                time = event.time();
            }
        }
    }

    String shard() {
        return shard;
    }

    /** The last event taken, also one that changes no object; null if there was none. */
    @Nullable Event last() {
        return last;
    }

    /** By revision, without those that change no object. */
    Collection<Event> ofEachObject() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    /** The latest time among all events taken, not necessarily that of the last one. The epoch if there was none. */
    Instant time() {
        return time;
    }
}
