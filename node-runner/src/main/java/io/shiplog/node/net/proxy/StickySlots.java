package io.shiplog.node.net.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Distributes targets over a fixed number of slots by rendezvous hashing: a slot moves only if its target disappears or a new
 * one wins it. So a client stays with its endpoint while others change, without state that a restart could lose.
 */
final class StickySlots {
    /** With twenty targets their shares differ by less than half; each slot costs one map element. */
    static final int COUNT = 64;

    private StickySlots() {}

    static List<Target> of(Collection<Target> targets) {
        List<Target> slots = new ArrayList<>(COUNT);
        for (int slot = 0; slot < COUNT; slot++) {
            slots.add(winner(slot, targets));
        }
        return slots;
    }

    private static Target winner(int slot, Collection<Target> targets) {
        Target best = targets.iterator().next();
        long highest = weight(slot, best);
        for (Target target : targets) {
            long weight = weight(slot, target);
            if (weight > highest || (weight == highest && target.compareTo(best) < 0)) {
                best = target;
                highest = weight;
            }
        }
        return best;
    }

    /** The finalizer of SplitMix64 over the target and the slot. */
    private static long weight(int slot, Target target) {
        long z = ((long) target.address().bits() << 32 | (long) target.port() << 8) + (slot + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
