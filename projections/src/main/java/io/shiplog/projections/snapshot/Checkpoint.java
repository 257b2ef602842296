package io.shiplog.projections.snapshot;

import java.time.Instant;

/**
 * The description of a snapshot.
 *
 * @param revision of the last event in it
 * @param time the shard's clock at that event
 * @param chain that event's link in the log's hash chain: it detects a snapshot of another log
 * @param objects how many there are
 * @param digest over all of them, see {@link Digest}
 */
public record Checkpoint(String shard, long revision, Instant time, String chain, long objects, String digest) {

    /**
     * Compares the content with the checkpoint.
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
