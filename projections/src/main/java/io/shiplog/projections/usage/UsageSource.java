package io.shiplog.projections.usage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Readings of what nodes and pods use. */
public interface UsageSource {
    /** Of a cluster whose nodes are not asked, such as a branch. */
    UsageSource NONE = new UsageSource() {
        @Override
        public Usages current() {
            return Usages.NONE;
        }

        @Override
        public CompletionStage<Usages> newest() {
            return CompletableFuture.completedFuture(Usages.NONE);
        }
    };

    /** The last reading, which may be old. Does not block. */
    Usages current();

    /** A reading that is at most some seconds old. Nodes that do not answer in time are not in it. Never fails. */
    CompletionStage<Usages> newest();
}
