package io.shiplog.events.log;

import java.util.List;
import java.util.Optional;

/**
 * The result of reading a shard from its first record to its last, with each link of the hash chain verified.
 *
 * @param oldest the first revision in the log; above 1 if it was truncated, and then its first link is not verified
 * @param newest the revision of the last event that counts, 0 if there is none
 * @param head the link of that event: stored elsewhere, it detects later whether the past was changed
 * @param events how many count
 * @param voids how many records do not count by the rules of the log: a superseded writer leaves them
 * @param signatures the signed heads; none if signatures were not checked
 * @param findings deviations from what was written, in the log's order, at most {@value #MOST_FINDINGS}
 */
public record Audit(
        String shard,
        long oldest,
        long newest,
        String head,
        long events,
        long voids,
        Signatures signatures,
        List<Finding> findings) {
    /** The maximum number of findings. */
    public static final int MOST_FINDINGS = 100;

    public Audit {
        findings = List.copyOf(findings);
    }

    /**
     * A record that is not as it was written.
     *
     * @param offset in the shard's partition
     * @param revision of the event, or of the expected one
     */
    public record Finding(long offset, long revision, String what) {}

    /**
     * A link stored outside the log, as in a snapshot.
     *
     * @param name of its holder
     */
    public record Witness(String name, long revision, String chain) {}

    /** Whether there are no findings. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** The first finding. */
    public Optional<Finding> first() {
        return findings.stream().findFirst();
    }
}
