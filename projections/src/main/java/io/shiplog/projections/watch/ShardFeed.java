package io.shiplog.projections.watch;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.travel.ImageTravel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One shard's part of a live image: its recent windows and the waiters for a revision. */
public final class ShardFeed {
    private final EventLog log;
    private final ImageEvolution evolution;
    private final ImageTravel travel;
    private final Supplier<Image> current;
    private final Map<ResourceType, ChangeWindow> windows = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, CompletableFuture<Image>> waiters = new ConcurrentSkipListMap<>();
    private final long floor;
    private final LogReading.Limit readings = LogReading.Limit.ofShard();
    private volatile long published;

    /** @param floor the revision of the image at which this feed starts */
    public ShardFeed(EventLog log, ImageEvolution evolution, ImageTravel travel, Supplier<Image> current, long floor) {
        this.log = log;
        this.evolution = evolution;
        this.travel = travel;
        this.current = current;
        this.floor = floor;
        this.published = floor;
    }

    public String shard() {
        return log.shard();
    }

    public EventLog log() {
        return log;
    }

    /** Every change up to this revision is in the windows. */
    public long published() {
        return published;
    }

    /**
     * Puts a delta into the windows. Called only by the publisher, in the log's order.
     *
     * @param revision of the shard after the delta
     */
    public void remember(ImageDelta delta, long revision) {
        for (Change change : delta.changes()) {
            window(change.event().key().type()).append(change);
        }
        published = revision;
    }

    /** Completes the waiters for this image, and wakes the watchers of the changed types. */
    public void announce(ImageDelta delta, Image image) {
        delta.changes().stream()
                .map(change -> change.event().key().type())
                .distinct()
                .forEach(type -> window(type).wakeAll());
        completeWaiters(image);
    }

    private void completeWaiters(Image image) {
        long revision = image.revision(shard());
        Map.Entry<Long, CompletableFuture<Image>> oldest = waiters.firstEntry();
        while (oldest != null && oldest.getKey() <= revision) {
            waiters.remove(oldest.getKey(), oldest.getValue());
            oldest.getValue().complete(image);
            oldest = waiters.firstEntry();
        }
    }

    public CompletionStage<Image> atLeast(long revision) {
        Image image = current.get();
        if (image.revision(shard()) >= revision) {
            return CompletableFuture.completedFuture(image);
        }
        CompletableFuture<Image> waiter = waiters.computeIfAbsent(revision, r -> new CompletableFuture<>());
        // The image may have arrived between the check and the registration, when this waiter was not completed.
        Image meanwhile = current.get();
        if (meanwhile.revision(shard()) >= revision) {
            completeWaiters(meanwhile);
        }
        return waiter;
    }

    public CompletionStage<Image> newest() {
        CompletableFuture<Long> end = log.end().toCompletableFuture();
        return end.isDone() && !end.isCompletedExceptionally() ? atLeast(end.join()) : end.thenCompose(this::atLeast);
    }

    public WatchSource.Cursor open(ResourceType type, long after, Actor who, Runnable wake) {
        return new TypeCursor(type, this, window(type), after, who, wake);
    }

    LogReading readFromLog(
            ResourceType type,
            long after,
            ChangeWindow window,
            LogReading.@Nullable Base base,
            Actor who,
            Runnable wake) {
        return LogReading.start(
                type,
                log,
                after,
                window,
                () -> base != null ? base : baseFor(type, after),
                evolution,
                readings,
                who,
                wake);
    }

    private LogReading.Base baseFor(ResourceType type, long after) {
        long oldest = log.oldest();
        if (after + 1 < oldest) {
            throw new EventLog.CutLogException(after + 1, oldest);
        }
        ImageTravel.Start start = travel.before(log, type, after);
        return LogReading.Base.of(start.image(), type, start.revision());
    }

    public void fail(RuntimeException why) {
        waiters.forEach((revision, waiter) -> waiter.completeExceptionally(why));
        waiters.clear();
    }

    private ChangeWindow window(ResourceType type) {
        ChangeWindow window = windows.get(type);
        if (window != null) {
            return window;
        }
        // A type without a change since the start: its window begins at the feed's start, and is complete up to now.
        return windows.computeIfAbsent(type, t -> new ChangeWindow(floor));
    }
}
