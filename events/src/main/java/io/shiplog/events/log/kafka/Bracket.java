package io.shiplog.events.log.kafka;

/**
 * Two certain places, and what follows for the events behind the first one up to the second: each counted event takes one offset at least, so that the
 * offset of a revision is known but for as many records as there are claims and void records between the two.
 */
record Bracket(Place below, Place above) {

    /** How many records between the two are no counted events: so much is uncertain of an offset. */
    long slack() {
        return (above.offset() - below.offset()) - (above.revision() - below.revision());
    }

    /** The lowest offset that the counted event of a revision between the two can have. */
    long lowest(long revision) {
        return below.offset() + (revision - below.revision()) - 1;
    }

    /** The highest one. */
    long highest(long revision) {
        return lowest(revision) + slack();
    }
}
