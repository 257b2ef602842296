package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.SignedHead;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What decides whether a record counts, read from its headers alone. */
sealed interface Head {

    /** An event, or a record that says it is one. */
    record OfEvent(long epoch, long revision, String chain) implements Head {}

    /**
     * A claim.
     *
     * @param id of the record: two writers may claim the same epoch, and only one of them gets it
     * @param readLease for which the claimer may serve reads from its own memory
     * @param signed what the log held before it; null where the claimer signs nothing
     */
    record OfClaim(
            Claim claim,
            String id,
            Duration readLease,
            @Nullable SignedHead signed) implements Head {}

    /** A record that does not take part: not written by this cluster, or broken. */
    record Unreadable(String why) implements Head {}
}
