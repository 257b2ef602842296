package io.shiplog.events.log.kafka;

import java.time.Duration;
import java.util.Optional;

/**
 * One shard of the log.
 *
 * @param name {@code events}, {@code leases}, {@code happenings}, or one of your own
 * @param retention the minimum retention of its events; empty for no limit. Its writer enforces it, Kafka's own retention is
 *     off: the newest {@value LogWindow#RECORDS} records always stay, because they contain the current epoch and revision
 */
public record ShardConfig(String name, Optional<Duration> retention) {
    private static final Duration LEASES_STAY = Duration.ofHours(6);
    private static final Duration EVENT_OBJECTS_STAY = Duration.ofDays(7);

    /** A shard without retention. */
    public static ShardConfig forEver(String name) {
        return new ShardConfig(name, Optional.empty());
    }

    /** Everything that has no shard of its own; without retention. */
    public static ShardConfig events() {
        return forEver("events");
    }

    /** Heartbeats: six hours of them. */
    public static ShardConfig leases() {
        return new ShardConfig("leases", Optional.of(LEASES_STAY));
    }

    /** Kubernetes Event objects: seven days of them. */
    public static ShardConfig eventObjects() {
        return new ShardConfig("happenings", Optional.of(EVENT_OBJECTS_STAY));
    }
}
