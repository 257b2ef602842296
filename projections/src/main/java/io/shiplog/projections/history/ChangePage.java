package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import java.util.List;

/**
 * A part of the answer to a {@link ChangeQuery}.
 *
 * @param events in the query's order
 * @param unreadable revisions in this part, in the query's order, whose record cannot be decoded: it was quarantined, and what it
 *     said is not known. Only those that were come by: an index may have spared them
 * @param next the revision from which {@link ChangeQuery#goingOn} goes on, 0 if this was all
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
