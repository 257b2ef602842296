package io.shiplog.events.log.kafka;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that no reader can decode: told loudly, once each, counted, and passed over. */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    /** How many offsets are remembered so as not to tell twice; beyond them it is only counted. */
    private static final int REMEMBERED = 1_000;

    private final String topic;
    private final ConcurrentSkipListSet<Long> offsets = new ConcurrentSkipListSet<>();
    private final AtomicLong count = new AtomicLong();

    Quarantine(String topic) {
        this.topic = topic;
    }

    void add(long offset, String why) {
        if (offsets.size() >= REMEMBERED) {
            count.incrementAndGet();
        } else if (offsets.add(offset)) {
            count.incrementAndGet();
            LOG.error("{} offset {} is no event that anybody can read and is passed over: {}", topic, offset, why);
        }
    }

    long count() {
        return count.get();
    }
}
