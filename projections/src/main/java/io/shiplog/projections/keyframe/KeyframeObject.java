package io.shiplog.projections.keyframe;

import io.shiplog.projections.snapshot.SnapshotRecord;

/** An object of a keyframe, and its shard. */
public record KeyframeObject(String shard, SnapshotRecord object) {}
