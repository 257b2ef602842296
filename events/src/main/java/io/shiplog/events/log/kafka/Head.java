package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.Claim;
import java.time.Duration;

/** What decides whether a record counts, read from its headers alone. */
sealed interface Head {

    /** An event, or a record that says it is one. */
    record OfEvent(long epoch, long revision, String chain) implements Head {}

    /**
     * A claim.
     *
     * @param id of the record: two writers may claim the same epoch, and only one of them gets it
     * @param readLease for which the claimer may serve reads from its own memory
     */
    record OfClaim(Claim claim, String id, Duration readLease) implements Head {}

    /** A record that cannot take part: somebody else's, or broken. */
    record Unreadable(String why) implements Head {}
}
