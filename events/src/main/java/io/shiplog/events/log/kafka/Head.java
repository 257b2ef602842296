package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.SignedHead;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fields that decide whether a record counts, from its headers alone. */
sealed interface Head {

    /** An event, or a record that claims to be one. */
    record OfEvent(long epoch, long revision, String chain) implements Head {}

    /**
     * A claim.
     *
     * @param id of the record: two writers may claim the same epoch, and only one of them gets it
     * @param readLease for which the claimer may serve reads from its own memory
     * @param signed the head of the log before it; null if the claimer does not sign
     */
    record OfClaim(
            Claim claim,
            String id,
            Duration readLease,
            @Nullable SignedHead signed) implements Head {}

    /** A record that cannot count: not written by this cluster, or broken. */
    record Unreadable(String why) implements Head {}
}
