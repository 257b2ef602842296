package io.shiplog.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be under way at once. Watches and followed logs are counted apart: they stay for long and cost little.
 */
final class Admission {
    private final int maxShort;
    private final int maxLong;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger staying = new AtomicInteger();

    /**
     * @param maxShort requests that end by themselves
     * @param maxLong watches and followed logs
     */
    Admission(int maxShort, int maxLong) {
        this.maxShort = maxShort;
        this.maxLong = maxLong;
    }

    /** Takes a place, or says false. Every place taken must be given back with {@link #leave}. */
    boolean enter(boolean stays) {
        AtomicInteger count = stays ? staying : running;
        if (count.incrementAndGet() > (stays ? maxLong : maxShort)) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave(boolean stays) {
        (stays ? staying : running).decrementAndGet();
    }
}
