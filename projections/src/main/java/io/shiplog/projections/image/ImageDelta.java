package io.shiplog.projections.image;

import java.util.List;

/**
 * Changes of one shard, in order: the step from one image to the next. Only access events are left out, which change no object.
 *
 * @param shard whose events these are
 */
public record ImageDelta(String shard, List<Change> changes) {
    public ImageDelta {
        changes = List.copyOf(changes);
    }
}
