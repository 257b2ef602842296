package io.shiplog.projections.live;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshots up to date: writes the changes since the last checkpoint, every so many events, every so often, and on
 * close. One per cluster is enough: the process that writes the log runs it.
 */
public final class SnapshotWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);
    /** A replay of this many events takes about a second; a digest over 20,000 objects takes a tenth of one. */
    private static final int EVERY_EVENTS = 100_000;

    private static final Duration EVERY = Duration.ofMinutes(2);

    private final ImageEvolution evolution;
    private final SnapshotStore store;
    private final Settings settings;
    private final ImageSource.Subscription subscription;
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final ScheduledExecutorService writing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("snapshots").factory());
    /** The image after {@link #pending}. */
    private Image newest;

    /**
     * When to write.
     *
     * @param everyEvents after this many events of a shard
     * @param every after this long, if anything changed
     */
    public record Settings(int everyEvents, Duration every) {
        /**
         * After 100,000 events or two minutes: a replay of that many takes a second or two, and few changes of a burst are
         * written twice.
         */
        public static final Settings DEFAULT = new Settings(EVERY_EVENTS, EVERY);
    }

    /** The changes of a shard since its last checkpoint. */
    private static final class Pending {
        private final Set<ObjectKey> keys = new HashSet<>();
        private boolean whole;
        private int events;
        private boolean asked;
    }

    private SnapshotWriter(LiveImage live, SnapshotStore store, Settings settings) {
        this.evolution = live.evolution();
        this.store = store;
        this.settings = settings;
        Image restored = live.takeRestored();
        synchronized (pending) {
            this.subscription = live.subscribe(this::onDelta);
            this.newest = subscription.start();
            newest.revisions().keySet().forEach(shard -> pending.put(shard, since(restored, shard)));
        }
    }

    /** Starts to write snapshots of an image; objects already in the snapshots that it started from are not rewritten. */
    public static SnapshotWriter start(LiveImage live, SnapshotStore store, Settings settings) {
        SnapshotWriter writer = new SnapshotWriter(live, store, settings);
        long millis = settings.every().toMillis();
        writer.writing.scheduleWithFixedDelay(writer::writeAll, millis, millis, TimeUnit.MILLISECONDS);
        return writer;
    }

    private Pending since(Image restored, String shard) {
        Pending changes = new Pending();
        if (restored.revision(shard) == 0) {
            changes.whole = true;
            changes.events = 1;
            return changes;
        }
        changes.events = (int) Math.min(Integer.MAX_VALUE, newest.revision(shard) - restored.revision(shard));
        Set<ResourceType> types = new HashSet<>(evolution.typesOf(restored, shard));
        types.addAll(evolution.typesOf(newest, shard));
        for (ResourceType type : types) {
            newest.list(type).forEach(now -> {
                StoredObject then = restored.get(now.key());
                if (then == null || then.revision() != now.revision()) {
                    changes.keys.add(now.key());
                }
            });
            restored.list(type).forEach(then -> {
                if (newest.get(then.key()) == null) {
                    changes.keys.add(then.key());
                }
            });
        }
        return changes;
    }

    private void onDelta(ImageDelta delta, Image image) {
        synchronized (pending) {
            newest = image;
            Pending changes = pending.computeIfAbsent(delta.shard(), s -> whole());
            delta.changes().forEach(change -> changes.keys.add(change.after().key()));
            changes.events += delta.changes().size();
            if (changes.events >= settings.everyEvents() && !changes.asked) {
                changes.asked = true;
                ask();
            }
        }
    }

    private static Pending whole() {
        Pending changes = new Pending();
        changes.whole = true;
        return changes;
    }

    private void ask() {
        try {
            writing.execute(this::writeAll);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing: the last snapshot is written by close", e);
        }
    }

    /** Writes every changed shard. A failure is logged and repaired by the next write. */
    void writeAll() {
        List<String> shards;
        synchronized (pending) {
            shards = List.copyOf(pending.keySet());
        }
        shards.forEach(this::write);
    }

    private void write(String shard) {
        Pending changes;
        Image image;
        synchronized (pending) {
            changes = Objects.requireNonNull(pending.get(shard));
            if (changes.events == 0) {
                return;
            }
            image = newest;
            pending.put(shard, new Pending());
        }
        try {
            write(shard, changes, image);
        } catch (RuntimeException e) {
            LOG.warn("the snapshot of shard {} was not written, the next one will hold its changes", shard, e);
            synchronized (pending) {
                Pending later = Objects.requireNonNull(pending.get(shard));
                later.keys.addAll(changes.keys);
                later.whole |= changes.whole;
                later.events += changes.events;
            }
        }
    }

    private void write(String shard, Pending changes, Image image) {
        Checkpoint checkpoint = evolution.checkpoint(image, shard);
        List<SnapshotRecord> put = new ArrayList<>();
        List<ObjectKey> removed = new ArrayList<>();
        if (changes.whole) {
            evolution
                    .typesOf(image, shard)
                    .forEach(
                            type -> image.list(type).forEach(object -> put.add(ImageEvolution.snapshotRecord(object))));
        } else {
            changes.keys.forEach(key -> {
                StoredObject object = image.get(key);
                if (object == null) {
                    removed.add(key);
                } else {
                    put.add(ImageEvolution.snapshotRecord(object));
                }
            });
        }
        store.write(checkpoint, changes.whole, put, removed);
        LOG.info(
                "snapshot of shard {} at revision {}: {} objects, {} written",
                shard,
                checkpoint.revision(),
                checkpoint.objects(),
                put.size() + removed.size());
    }

    /** Writes the rest and ends. The store and the log must still be open; their owners close them. */
    @Override
    public void close() {
        subscription.close();
        writing.shutdown();
        try {
            if (!writing.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("a snapshot was still being written after a minute");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        writeAll();
    }
}
