package io.shiplog.gateway;

import io.shiplog.events.object.Actor;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for requests under way. One user takes at most a share of them, so that a user who fills them keeps no one else out;
 * {@code system:masters} always get in. Watches and followed logs are counted apart: they stay for long and cost little.
 */
final class Places {
    private static final String MASTERS = "system:masters";
    /** One user takes at most one in so many places. */
    private static final int SHARE = 4;

    private final Room brief;
    private final Room lasting;

    /**
     * @param maxBrief requests that end by themselves
     * @param maxLasting watches and followed logs
     */
    Places(int maxBrief, int maxLasting) {
        this.brief = new Room(maxBrief);
        this.lasting = new Room(maxLasting);
    }

    /**
     * Takes a place, or says false. Every place taken must be given back with {@link #leave}.
     *
     * @param lasts whether it is a watch or a followed log
     * @param width for how many it counts; at most for as many as one user may have, so that each user gets one in
     */
    boolean enter(Actor actor, boolean lasts, int width) {
        return isExempt(actor) || room(lasts).enter(actor.user(), width);
    }

    /** Gives back what an {@link #enter} with the same arguments took. */
    void leave(Actor actor, boolean lasts, int width) {
        if (!isExempt(actor)) {
            room(lasts).leave(actor.user(), width);
        }
    }

    /** Places that are taken. */
    int taken() {
        return brief.all.get() + lasting.all.get();
    }

    private static boolean isExempt(Actor actor) {
        return actor.groups().contains(MASTERS);
    }

    private Room room(boolean lasts) {
        return lasts ? lasting : brief;
    }

    private static final class Room {
        private final int places;
        private final int share;
        private final AtomicInteger all = new AtomicInteger();
        private final ConcurrentHashMap<String, Integer> byUser = new ConcurrentHashMap<>();

        Room(int places) {
            this.places = places;
            this.share = Math.max(1, places / SHARE);
        }

        boolean enter(String user, int width) {
            int taken = Math.min(width, share);
            if (all.addAndGet(taken) > places) {
                all.addAndGet(-taken);
                return false;
            }
            if (byUser.merge(user, taken, Integer::sum) > share) {
                leave(user, width);
                return false;
            }
            return true;
        }

        void leave(String user, int width) {
            int taken = Math.min(width, share);
            all.addAndGet(-taken);
            byUser.computeIfPresent(user, (name, count) -> count == taken ? null : count - taken);
        }
    }
}
