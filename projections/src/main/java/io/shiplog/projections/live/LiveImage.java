package io.shiplog.projections.live;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.BrokenSnapshotException;
import io.shiplog.projections.snapshot.Snapshot;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.travel.ImageTravel;
import io.shiplog.projections.travel.Keyframes;
import io.shiplog.projections.travel.Provenance;
import io.shiplog.projections.travel.TimeTravel;
import io.shiplog.projections.watch.ShardFeed;
import io.shiplog.projections.watch.WatchSource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image of a process, kept current by tailing every shard. One per process, shared by all its parts.
 *
 * <p>Order of publication, for each batch of a shard: the image, the windows, the listeners, the waiters, the watchers. A
 * listener that gets a change finds it in {@link #current()}.
 */
public final class LiveImage implements ImageSource, WatchSource, TimeTravel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveImage.class);

    private final ImageEvolution evolution;
    private final Keyframes keyframes;
    private final ImageTravel travel;
    private final Map<String, ShardFeed> feeds = new LinkedHashMap<>();
    private final List<EventLog.Tail> tails = new ArrayList<>();
    private final CopyOnWriteArrayList<ImageListener> listeners = new CopyOnWriteArrayList<>();
    /** Held while a batch becomes an image and is passed to the listeners: each shard has its own thread. */
    private final Object publishing = new Object();

    private volatile Image current;
    private volatile Image restored;

    private LiveImage(Map<String, EventLog> logs, KindCatalogue builtIn, KeyframeStore keyframes, Clock clock) {
        this.evolution = new ImageEvolution(builtIn);
        this.current = evolution.first();
        this.restored = current;
        this.keyframes = new Keyframes(keyframes, logs, evolution);
        this.travel = new ImageTravel(logs, Image.MAIN_SHARD, evolution, this.keyframes, this::current, clock);
    }

    /**
     * Starts from the newest snapshot and the log after it, and returns when the image holds everything that was in the log at
     * the call. Blocks until then.
     *
     * @param logs all shards by name; {@link Image#MAIN_SHARD} must be among them
     * @param builtIn the kinds with which every cluster begins
     * @param snapshots the snapshot to start from; {@link SnapshotStore#NONE} for a full replay
     * @param keyframes where a replay of the past starts, and the image if the log was truncated after the snapshot; {@link
     *     KeyframeStore#NONE} for the log's beginning
     * @param progress reports the replay
     * @param clock the present, to detect future moments
     * @throws EventLog.CutLogException if the main shard's beginning is gone and neither snapshot nor keyframe covers it
     * @throws EventLog.LogUnavailableException if the log cannot be read
     */
    public static LiveImage start(
            Map<String, EventLog> logs,
            KindCatalogue builtIn,
            SnapshotStore snapshots,
            KeyframeStore keyframes,
            Progress progress,
            Clock clock) {
        if (!logs.containsKey(Image.MAIN_SHARD)) {
            throw new IllegalArgumentException("there is no shard " + Image.MAIN_SHARD + " among " + logs.keySet());
        }
        LiveImage image = new LiveImage(Map.copyOf(logs), builtIn, keyframes, clock);
        try {
            image.restore(logs, snapshots);
            image.startBehindCut(Objects.requireNonNull(logs.get(Image.MAIN_SHARD)));
            image.follow(logs, progress);
        } catch (RuntimeException e) {
            image.close();
            throw e;
        }
        return image;
    }

    private void restore(Map<String, EventLog> logs, SnapshotStore snapshots) {
        Map<String, Snapshot> found;
        try {
            found = snapshots.load();
        } catch (SnapshotStore.UnavailableException e) {
            LOG.warn("snapshots cannot be read: every event of the log is applied instead", e);
            return;
        }
        logs.forEach((shard, log) -> {
            Snapshot snapshot = found.get(shard);
            if (snapshot != null) {
                restore(log, snapshot);
            }
        });
        restored = current;
    }

    private void restore(EventLog log, Snapshot snapshot) {
        try {
            Provenance.mustBeOf(log, snapshot.checkpoint());
            current = evolution.restored(current, snapshot);
            travel.passed(current);
            LOG.info(
                    "shard {} starts from its snapshot at revision {}",
                    log.shard(),
                    snapshot.checkpoint().revision());
        } catch (BrokenSnapshotException e) {
            LOG.warn("{}: every event of the shard is applied instead", e.getMessage());
        }
    }

    /** Uses a keyframe if the main shard was truncated after the start of its replay. */
    private void startBehindCut(EventLog main) {
        long oldest = main.oldest();
        if (current.revision(Image.MAIN_SHARD) + 1 < oldest) {
            keyframes
                    .newest(frame -> frame.revision() + 1 >= oldest, every -> true)
                    .ifPresent(image -> {
                        LOG.info(
                                "starts from the keyframe at revision {}: the log begins at {}",
                                image.revision(Image.MAIN_SHARD),
                                oldest);
                        current = image;
                    });
        }
    }

    /** The oldest revision of the main shard that is still in the log. */
    long oldest() {
        return feed(Image.MAIN_SHARD).log().oldest();
    }

    /** The image from the snapshots, from which this one started; returned once, so that it is not kept forever. */
    Image takeRestored() {
        Image image = restored;
        restored = evolution.first();
        return image;
    }

    ImageEvolution evolution() {
        return evolution;
    }

    private void follow(Map<String, EventLog> logs, Progress progress) {
        List<CompletableFuture<Image>> caughtUp = new ArrayList<>();
        Map<String, Long> ends = new LinkedHashMap<>();
        logs.forEach(
                (shard, log) -> ends.put(shard, log.end().toCompletableFuture().join()));
        logs.forEach((shard, log) -> {
            long after = firstToRead(log, current.revision(shard)) - 1;
            feeds.put(shard, new ShardFeed(log, evolution, travel, this::current, after));
        });
        ends.forEach((shard, end) -> {
            ShardFeed feed = feed(shard);
            Replay replay = new Replay(shard, feed.published(), end, progress);
            tails.add(feed.log().tail(feed.published(), batch -> onEvents(feed, replay, batch)));
            caughtUp.add(feed.atLeast(end).toCompletableFuture());
        });
        caughtUp.forEach(CompletableFuture::join);
    }

    private static long firstToRead(EventLog log, long revision) {
        long oldest = log.oldest();
        if (revision + 1 >= oldest) {
            return revision + 1;
        }
        if (log.shard().equals(Image.MAIN_SHARD)) {
            throw new EventLog.CutLogException(revision + 1, oldest);
        }
        LOG.info("shard {} begins at revision {}: what its retention removed is not in the image", log.shard(), oldest);
        return oldest;
    }

    private void onEvents(ShardFeed feed, Replay replay, List<Event> batch) {
        ImageEvolution.Evolved evolved;
        synchronized (publishing) {
            evolved = evolution.evolve(current, feed.shard(), batch);
            if (evolved.image().revision(feed.shard()) == current.revision(feed.shard())) {
                return;
            }
            current = evolved.image();
            feed.remember(evolved.delta(), current.revision(feed.shard()));
            for (ImageListener listener : listeners) {
                notify(listener, evolved);
            }
        }
        travel.passed(evolved.image());
        feed.announce(evolved.delta(), evolved.image());
        replay.applied(evolved.image().revision(feed.shard()));
    }

    private static void notify(ImageListener listener, ImageEvolution.Evolved evolved) {
        try {
            listener.onDelta(evolved.delta(), evolved.image());
        } catch (RuntimeException e) {
            // A listener's bug must not stop the image for the others.
            LOG.error("a listener failed on revision {}", evolved.image().revisions(), e);
        }
    }

    @Override
    public Image current() {
        return current;
    }

    @Override
    public CompletionStage<Image> newest(String shard) {
        return feed(shard).newest();
    }

    @Override
    public CompletionStage<Image> atLeast(String shard, long revision) {
        return feed(shard).atLeast(revision);
    }

    @Override
    public Subscription subscribe(ImageListener listener) {
        synchronized (publishing) {
            listeners.add(listener);
            Image start = current;
            return new Subscription() {
                @Override
                public Image start() {
                    return start;
                }

                @Override
                public void close() {
                    listeners.remove(listener);
                }
            };
        }
    }

    @Override
    public Cursor open(ResourceType type, long after, Actor who, Runnable wake) {
        KindDescription kind = current.kinds().get(type);
        String shard = kind == null ? Image.MAIN_SHARD : kind.shard();
        return feed(shard).open(kind == null ? type : kind.storedAs(), after, who, wake);
    }

    @Override
    public CompletionStage<Image> at(long revision) {
        return travel.at(revision);
    }

    @Override
    public CompletionStage<Image> at(Instant time) {
        return travel.at(time);
    }

    private ShardFeed feed(String shard) {
        ShardFeed feed = feeds.get(shard);
        if (feed == null) {
            throw new IllegalArgumentException("there is no shard " + shard + " among " + feeds.keySet());
        }
        return feed;
    }

    /** Ends the tails. Waiters fail; the last image stays readable. The owner closes the logs. */
    @Override
    public void close() {
        tails.forEach(EventLog.Tail::close);
        travel.close();
        feeds.values().forEach(feed -> feed.fail(new EventLog.LogUnavailableException("the image was closed")));
    }
}
