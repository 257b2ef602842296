package io.shiplog.events.log;

import java.util.List;
import java.util.Optional;

/**
 * What came out of reading a shard from its first record to its last, each link of the hash chain proven anew.
 *
 * @param oldest the first revision that the log holds; above 1 if it was cut, and then its first link is taken as it is
 * @param newest the revision of the last event that counts, 0 if there is none
 * @param head the link of that event: whoever keeps it elsewhere can tell later whether this is still the same past
 * @param events how many count
 * @param voids how many records do not count by the rules of the log: a superseded writer leaves them
 * @param signed the newest head whose signature and link were found right; empty where signatures were not checked, or there is none
 * @param findings what is not as it was written, in the log's order, at most {@value #MOST_FINDINGS}
 */
public record Audit(
        String shard,
        long oldest,
        long newest,
        String head,
        long events,
        long voids,
        Optional<SignedHead> signed,
        List<Finding> findings) {
    /** So many findings tell enough. */
    public static final int MOST_FINDINGS = 100;

    public Audit {
        findings = List.copyOf(findings);
    }

    /**
     * A record that is not as it was written.
     *
     * @param offset in the shard's partition
     * @param revision of the event that it is, or of the one that should stand there
     */
    public record Finding(long offset, long revision, String what) {}

    /**
     * A link that somebody else than the log remembers, such as a snapshot.
     *
     * @param name of who remembers
     */
    public record Witness(String name, long revision, String chain) {}

    /** Whether nothing was found. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** Where the first finding is. */
    public Optional<Finding> first() {
        return findings.stream().findFirst();
    }
}
