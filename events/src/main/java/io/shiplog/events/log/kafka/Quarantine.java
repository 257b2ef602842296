package io.shiplog.events.log.kafka;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of a topic that readers pass over: forged, out of the hash chain, or unreadable. Each counts once. The first ones are
 * logged as errors one by one, later ones each time that their number has grown tenfold.
 */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    /** How many are logged one by one. */
    private static final int LOGGED = 10;
    /** How many offsets are remembered so as not to count twice what several readers meet. */
    private static final int REMEMBERED = 1_000;

    private final String topic;
    private final ConcurrentSkipListSet<Long> offsets = new ConcurrentSkipListSet<>();
    private final AtomicLong count = new AtomicLong();

    Quarantine(String topic) {
        this.topic = topic;
    }

    void add(long offset, String why) {
        if (offsets.size() < REMEMBERED && !offsets.add(offset)) {
            return;
        }
        long now = count.incrementAndGet();
        if (now <= LOGGED) {
            LOG.error("{} offset {} is passed over: {}", topic, offset, why);
        } else if (isPowerOfTen(now)) {
            LOG.error("{}: {} records are passed over so far, the newest at offset {}: {}", topic, now, offset, why);
        }
    }

    private static boolean isPowerOfTen(long number) {
        long power = LOGGED;
        while (power < number) {
            power *= LOGGED;
        }
        return power == number;
    }

    long count() {
        return count.get();
    }
}
