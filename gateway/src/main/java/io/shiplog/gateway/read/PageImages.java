package io.shiplog.gateway.read;

import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the states of paged lists, so that every page shows the same one, and caches the newest few. An image shares
 * unchanged parts with the next one; under steady writes that is little, so many would take most of the memory.
 */
final class PageImages {
    /** As long as etcd keeps revisions under kube-apiserver. */
    private static final Duration VALID = Duration.ofMinutes(5);

    private static final int MAX_REMEMBERED = 4_096;
    private static final int MAX_AT_HAND = 4;

    private record Name(String shard, long revision) {}

    private final InstantSource clock;
    private final Map<Name, Instant> remembered = new LinkedHashMap<>();
    private final Map<Name, Image> atHand = new LinkedHashMap<>();

    PageImages(InstantSource clock) {
        this.clock = clock;
    }

    /** A list started, or continued, on an image. */
    synchronized void keep(String shard, Image image) {
        Name name = new Name(shard, image.revision(shard));
        Instant now = clock.instant();
        remembered.values().removeIf(until -> until.isBefore(now));
        atHand.keySet().retainAll(remembered.keySet());
        putLast(remembered, name, now.plus(VALID), MAX_REMEMBERED);
        putLast(atHand, name, image, MAX_AT_HAND);
    }

    private static <V> void putLast(Map<Name, V> map, Name name, V value, int most) {
        map.remove(name);
        if (map.size() >= most) {
            map.remove(map.keySet().iterator().next());
        }
        map.put(name, value);
    }

    /** Whether a list that started on a revision may continue. */
    synchronized boolean isValid(String shard, long revision) {
        Instant until = remembered.get(new Name(shard, revision));
        return until != null && !until.isBefore(clock.instant());
    }

    /** Null if it is not cached, or no longer. */
    synchronized @Nullable Image atHand(String shard, long revision) {
        return isValid(shard, revision) ? atHand.get(new Name(shard, revision)) : null;
    }
}
