package io.shiplog.gateway.read;

import io.shiplog.projections.Image;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the images that lists in pages were begun on, so that every page shows the same state. Images share what did not
 * change, so one kept image costs what has changed since.
 */
final class PageImages {
    /** As long as etcd keeps revisions under kube-apiserver. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    private static final int MAX_KEPT = 128;

    private record Name(String shard, long revision) {}

    private record Kept(Image image, Instant until) {}

    private final InstantSource clock;
    private final Map<Name, Kept> kept = new LinkedHashMap<>();

    PageImages(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void keep(String shard, Image image) {
        Instant now = clock.instant();
        kept.values().removeIf(each -> each.until().isBefore(now));
        Name name = new Name(shard, image.revision(shard));
        kept.remove(name);
        if (kept.size() >= MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(name, new Kept(image, now.plus(KEPT)));
    }

    /** Null if it was never kept or is no longer. */
    synchronized @Nullable Image get(String shard, long revision) {
        Kept found = kept.get(new Name(shard, revision));
        return found == null || found.until().isBefore(clock.instant()) ? null : found.image();
    }
}
