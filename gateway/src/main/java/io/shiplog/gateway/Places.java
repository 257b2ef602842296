package io.shiplog.gateway;

import io.shiplog.events.object.Actor;
import io.shiplog.gateway.http.SharedLimit;

/**
 * Places for requests under way. One user takes at most a share of them, so that a user who fills them keeps no one else out;
 * {@code system:masters} always get in. Watches and followed logs are counted apart: they stay for long and cost little.
 */
final class Places {
    /** One user takes at most one in so many places. */
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

    /** Places that are taken. */
    int taken() {
        return brief.taken() + lasting.taken();
    }

    private SharedLimit room(boolean lasts) {
        return lasts ? lasting : brief;
    }
}
