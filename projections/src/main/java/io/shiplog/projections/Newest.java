package io.shiplog.projections;

import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Of a stretch of a shard the newest event of each object, and the latest time of all. */
final class Newest {
    private final String shard;
    private final Map<ObjectKey, Event> byKey = new LinkedHashMap<>();
    private Instant time = Instant.EPOCH;

    Newest(String shard) {
        this.shard = shard;
    }

    /** Takes the next events, in order. */
    void add(List<Event> events) {
        for (Event event : events) {
            byKey.remove(event.key());
            byKey.put(event.key(), event);
            if (event.time().isAfter(time)) {
                time = event.time();
            }
        }
    }

    String shard() {
        return shard;
    }

    /** By revision. */
    Collection<Event> ofEachObject() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    /** The latest time among all events taken: it need not be that of the last one. The epoch if there was none. */
    Instant time() {
        return time;
    }
}
