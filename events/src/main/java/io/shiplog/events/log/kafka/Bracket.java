package io.shiplog.events.log.kafka;

/**
 * Two known positions, and the range of offsets for the events between them: each counted event takes at least one offset, so
 * the offset of a revision is uncertain only by the number of claims and void records between the two.
 */
record Bracket(Place below, Place above) {

    /** How many records between the two are not counted events: the uncertainty of an offset. */
    long slack() {
        return (above.offset() - below.offset()) - (above.revision() - below.revision());
    }

    /** The lowest possible offset of a revision's counted event between the two. */
    long lowest(long revision) {
        return below.offset() + (revision - below.revision()) - 1;
    }

    /** The highest one. */
    long highest(long revision) {
        return lowest(revision) + slack();
    }
}
