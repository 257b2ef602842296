package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;

/**
 * A position in a shard with the state there; the rule by which records count. Two readers that have read the same records are
 * at the same position: that is why they agree.
 *
 * @param offset of the next record to read
 * @param epoch of the newest claim before it, 0 if there is none
 * @param revision of the newest counted event before it, 0 if there is none
 * @param chain of that event
 */
record Place(long offset, long epoch, long revision, String chain) {
    /** Before the first record. */
    static final Place START = new Place(0, 0, 0, Chain.START);

    /** Whether the link of the newest counted event is known; {@link #further} does not know it. */
    boolean chainIsKnown() {
        return revision == 0 || !chain.equals(Chain.START);
    }

    /** A claim counts if its epoch is above all earlier ones. */
    boolean countsClaim(long claimed) {
        return claimed > epoch;
    }

    /** An event counts if its epoch is the newest claim's, its revision is the next, and its link follows. */
    boolean countsEvent(long ofEpoch, long ofRevision) {
        return ofEpoch == epoch && ofRevision == revision + 1;
    }

    /** The position after a claim that counted. */
    Place claimed(long at, long claimed) {
        return new Place(at + 1, claimed, revision, chain);
    }

    /** The position after an event that counted. */
    Place counted(long at, String itsChain) {
        return new Place(at + 1, epoch, revision + 1, itsChain);
    }

    /** The position after this many further events, if nothing is between them. The chain there is unknown. */
    Place further(long events) {
        return new Place(offset + events, epoch, revision + events, Chain.START);
    }

    /** The position after a void record. */
    Place passed(long at) {
        return new Place(at + 1, epoch, revision, chain);
    }

    /** The same after a gap in Kafka's offsets. */
    Place at(long position) {
        return position == offset ? this : new Place(position, epoch, revision, chain);
    }
}
