package io.shiplog.projections.snapshot;

import java.time.Instant;

/**
 * What a snapshot says of itself.
 *
 * @param revision of the last event in it
 * @param time the shard's clock at that event
 * @param chain that event's link in the log's hash chain: a snapshot of another log is found out by it
 * @param objects how many there are
 * @param digest over all of them, see {@link Digest}
 */
public record Checkpoint(String shard, long revision, Instant time, String chain, long objects, String digest) {

    /**
     * Compares what was found with what was written.
     *
     * @throws BrokenSnapshotException if they differ
     */
    public void mustHold(long foundObjects, String foundDigest) {
        if (foundObjects != objects || !foundDigest.equals(digest)) {
            throw new BrokenSnapshotException(
                    "the snapshot of shard %s at revision %d is broken: it has %d objects with digest %s, it should have %d with %s"
                            .formatted(shard, revision, foundObjects, foundDigest, objects, digest));
        }
    }
}
