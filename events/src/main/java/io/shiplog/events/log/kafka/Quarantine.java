package io.shiplog.events.log.kafka;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skipped records of a topic: forged, out of the hash chain, or undecodable. Each counts once. The first ones are logged as
 * errors one by one, later ones each time their number has grown tenfold.
 */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    /** How many are logged one by one. */
    private static final int LOGGED = 10;
    /** How many offsets are remembered, to count a record only once for several readers. */
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
            LOG.error("{} offset {} is skipped: {}", topic, offset, why);
        } else if (isPowerOfTen(now)) {
            LOG.error("{}: {} records skipped so far, the newest at offset {}: {}", topic, now, offset, why);
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
