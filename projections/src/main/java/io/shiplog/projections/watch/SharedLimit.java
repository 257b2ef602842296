package io.shiplog.projections.watch;

import io.shiplog.events.object.Actor;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A number of things under way at the same time, of which one user, or all ServiceAccounts of one namespace, have at
 * most a share ({@link Actor#owner}). {@code system:masters} are not counted. Safe for use by many threads.
 */
public final class SharedLimit {
    private static final String MASTERS = "system:masters";

    private final int most;
    private final int share;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byOwner = new ConcurrentHashMap<>();

    /**
     * @param most at the same time
     * @param part one user has at most one in so many of them, at least one
     */
    public SharedLimit(int most, int part) {
        this.most = most;
        this.share = Math.max(1, most / part);
    }

    /**
     * Counts one, or says false. Every one that was counted must be given back with {@link #leave}.
     *
     * @param width for how many it counts; at most for as many as one user may have, so that each user gets one in
     */
    public boolean enter(Actor actor, int width) {
        return isExempt(actor) || enter(actor.owner(), width);
    }

    /** As {@link #enter(Actor, int)}, for an owner that is no user: an address, for instance. None is exempt. */
    public boolean enter(String owner, int width) {
        int taken = Math.min(width, share);
        if (all.addAndGet(taken) > most) {
            all.addAndGet(-taken);
            return false;
        }
        if (byOwner.merge(owner, taken, Integer::sum) > share) {
            leave(owner, width);
            return false;
        }
        return true;
    }

    /** Gives back what an {@link #enter} with the same arguments took. */
    public void leave(Actor actor, int width) {
        if (!isExempt(actor)) {
            leave(actor.owner(), width);
        }
    }

    /** Gives back what an {@link #enter(String, int)} with the same arguments took. */
    public void leave(String owner, int width) {
        int taken = Math.min(width, share);
        all.addAndGet(-taken);
        byOwner.computeIfPresent(owner, (name, count) -> count == taken ? null : count - taken);
    }

    /** How many are under way. */
    public int taken() {
        return all.get();
    }

    private static boolean isExempt(Actor actor) {
        return actor.groups().contains(MASTERS);
    }
}
