package io.shiplog.gateway;

import io.shiplog.events.object.Actor;
import io.shiplog.projections.watch.SharedLimit;

/**
 * Places for requests in flight. One user takes at most a share of them, so that one user cannot keep others out; {@code
 * system:masters} always gets in. Watches and followed logs are counted separately: they last long and cost little.
 */
final class Places {
    /** One user takes at most this fraction of the places. */
    private static final int SHARE = 4;

    private final SharedLimit brief;
    private final SharedLimit lasting;

    /**
     * @param maxBrief requests that end by themselves
     * @param maxLasting watches and followed logs
     */
    Places(int maxBrief, int maxLasting) {
        this.brief = new SharedLimit(maxBrief, SHARE);
        this.lasting = new SharedLimit(maxLasting, SHARE);
    }

    /**
     * Takes a place, or says false. Every place taken must be given back with {@link #leave}.
     *
     * @param lasts whether it is a watch or a followed log
     * @param width for how many it counts; at most for as many as one user may have, so that each user gets one in
     */
    boolean enter(Actor actor, boolean lasts, int width) {
        return room(lasts).enter(actor, width);
    }

    /** Gives back what an {@link #enter} with the same arguments took. */
    void leave(Actor actor, boolean lasts, int width) {
        room(lasts).leave(actor, width);
    }

    /** The number of taken places. */
    int taken() {
        return brief.taken() + lasting.taken();
    }

    private SharedLimit room(boolean lasts) {
        return lasts ? lasting : brief;
    }
}
