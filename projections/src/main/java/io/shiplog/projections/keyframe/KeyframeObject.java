package io.shiplog.projections.keyframe;

import io.shiplog.projections.snapshot.SnapshotRecord;

/** An object of a keyframe, and the shard whose events it comes of. */
public record KeyframeObject(String shard, SnapshotRecord object) {}
