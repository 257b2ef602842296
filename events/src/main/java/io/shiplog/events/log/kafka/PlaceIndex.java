package io.shiplog.events.log.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Positions passed by readers, by revision: starting points for later reads. Thinned out when it is full. */
final class PlaceIndex {
    private static final int MOST_PLACES = 2_048;
    private static final int FIRST_SPACING = 256;

    private final TreeMap<Long, Place> places = new TreeMap<>();
    private long spacing = FIRST_SPACING;

    /** Adds a position, unless a near one is known. */
    synchronized void note(Place place) {
        Map.Entry<Long, Place> near = places.floorEntry(place.revision());
        if (near != null && place.revision() - near.getKey() < spacing) {
            return;
        }
        places.put(place.revision(), place);
        if (places.size() > MOST_PLACES) {
            thin();
        }
    }

    private void thin() {
        spacing *= 2;
        long last = Long.MIN_VALUE / 2;
        var all = places.keySet().iterator();
        while (all.hasNext()) {
            long revision = all.next();
            if (revision - last < spacing) {
                all.remove();
            } else {
                last = revision;
            }
        }
    }

    /** The nearest known position at or below a revision that is still in the log. */
    synchronized Optional<Place> atOrBelow(long revision, long oldestOffset) {
        Map.Entry<Long, Place> entry = places.floorEntry(revision);
        return entry == null || entry.getValue().offset() < oldestOffset
                ? Optional.empty()
                : Optional.of(entry.getValue());
    }

    /**
     * The nearest known positions on both sides of a revision; empty if none is known below it.
     *
     * @param live a later known position
     */
    synchronized Optional<Bracket> around(long revision, Place live) {
        Map.Entry<Long, Place> below = places.floorEntry(revision);
        Map.Entry<Long, Place> above = places.higherEntry(revision);
        return below == null
                ? Optional.empty()
                : Optional.of(new Bracket(below.getValue(), above == null ? live : above.getValue()));
    }

    /** The nearest known position above a revision. */
    synchronized Optional<Place> above(long revision) {
        return Optional.ofNullable(places.higherEntry(revision)).map(Map.Entry::getValue);
    }
}
