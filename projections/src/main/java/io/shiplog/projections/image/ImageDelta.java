package io.shiplog.projections.image;

import java.util.List;

/**
 * Changes of one shard, in order, without gaps: the step from one image to the next.
 *
 * @param shard whose events these are
 */
public record ImageDelta(String shard, List<Change> changes) {
    public ImageDelta {
        changes = List.copyOf(changes);
    }
}
