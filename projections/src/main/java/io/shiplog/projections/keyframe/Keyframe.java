package io.shiplog.projections.keyframe;

import io.shiplog.projections.snapshot.Checkpoint;
import java.time.Instant;
import java.util.List;

/**
 * The description of a keyframe.
 *
 * @param shards one checkpoint for each shard, the main one first
 */
public record Keyframe(List<Checkpoint> shards) {
    public Keyframe {
        shards = List.copyOf(shards);
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("a keyframe without a shard");
        }
    }

    /** The revision of the main shard that identifies it. */
    public long revision() {
        return shards.getFirst().revision();
    }

    /** The main shard's clock there. */
    public Instant time() {
        return shards.getFirst().time();
    }

    /** How many objects it has, of all shards. */
    public long objects() {
        return shards.stream().mapToLong(Checkpoint::objects).sum();
    }
}
