package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import java.util.List;

/**
 * A part of the answer to a {@link ChangeQuery}.
 *
 * @param events in the query's order
 * @param unreadable revisions in this part, in the query's order, whose record cannot be decoded: it was quarantined, and its
 *     content is unknown. Only those that were read: an index may have skipped some
 * @param next the revision from which {@link ChangeQuery#goingOn} continues, 0 if this was all
 */
public record ChangePage(List<Event> events, List<Long> unreadable, long next) {
    public ChangePage {
        events = List.copyOf(events);
        unreadable = List.copyOf(unreadable);
    }

    public boolean last() {
        return next == 0;
    }
}
