package io.shiplog.projections.live;

import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.Checkpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes keyframes when they are due, and missing older ones, rebuilt from the log. One per cluster is enough: the process that
 * writes the log runs it.
 */
public final class KeyframeWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyframeWriter.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final int LEAST_EVENTS = 100_000;
    private static final int EVENTS_PER_OBJECT = 8;

    private final LiveImage live;
    private final KeyframeStore store;
    private final Spacing spacing;
    private final BooleanSupplier writes;
    private final ScheduledExecutorService writing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("keyframes").factory());
    /** No keyframe is missing up to this revision. */
    private Last last = new Last(0, 0);

    private boolean failing;

    private record Last(long revision, long objects) {
        Last(Keyframe keyframe) {
            this(keyframe.revision(), keyframe.objects());
        }
    }

    /**
     * The distance of keyframes, in revisions of the main shard: large enough that keyframes need no more space than the events
     * between them, small enough for a short replay.
     *
     * @param least events between two
     * @param perObject events between two for each object in the first
     */
    public record Spacing(long least, long perObject) {
        /** 100,000 events, or eight for each object. */
        public static final Spacing DEFAULT = new Spacing(LEAST_EVENTS, EVENTS_PER_OBJECT);

        /** The number of events until the next keyframe. */
        public long after(long objects) {
            return Math.max(least, perObject * objects);
        }
    }

    private KeyframeWriter(LiveImage live, KeyframeStore store, Spacing spacing, BooleanSupplier writes) {
        this.live = live;
        this.store = store;
        this.spacing = spacing;
        this.writes = writes;
    }

    /**
     * Starts to write keyframes of an image.
     *
     * @param writes whether this process should write, called each time
     */
    public static KeyframeWriter start(LiveImage live, KeyframeStore store, Spacing spacing, BooleanSupplier writes) {
        KeyframeWriter writer = new KeyframeWriter(live, store, spacing, writes);
        writer.writing.scheduleWithFixedDelay(
                writer::writeIfDue, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return writer;
    }

    private void writeIfDue() {
        try {
            if (writes.getAsBoolean()) {
                write();
                failing = false;
            }
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("a keyframe was not written; it will be as soon as that is possible", e);
            }
            failing = true;
        }
    }

    /** Writes due and missing keyframes, oldest first. */
    void write() {
        if (due() > newest()) {
            return;
        }
        NavigableMap<Long, Keyframe> known = store.contents();
        while (due() <= newest()) {
            // A slightly later keyframe is as good as the one that is due.
            Map.Entry<Long, Keyframe> there = known.floorEntry(due() + spacing.after(last.objects()) / 2);
            if (there != null && there.getKey() > last.revision()) {
                last = new Last(there.getValue());
            } else {
                write(image());
            }
        }
    }

    private long due() {
        long newest = newest();
        if (last.revision() < newest && last.revision() + 1 < live.oldest()) {
            return newest; // a keyframe is useless if the log after it was truncated
        }
        return last.revision() + spacing.after(last.objects());
    }

    private long newest() {
        return live.current().revision(Image.MAIN_SHARD);
    }

    /** The present if it is near enough, or if the log no longer has the moment; else the moment itself. */
    private Image image() {
        Image now = live.current();
        if (now.revision(Image.MAIN_SHARD) - due() <= spacing.after(last.objects()) / 2) {
            return now;
        }
        return live.at(due())
                .exceptionally(failure -> {
                    if (failure instanceof CompletionException && failure.getCause() instanceof CutLogException) {
                        return now;
                    }
                    throw new CompletionException(failure);
                })
                .toCompletableFuture()
                .join();
    }

    private void write(Image image) {
        List<Checkpoint> shards = new ArrayList<>();
        shards.add(live.evolution().checkpoint(image, Image.MAIN_SHARD));
        image.revisions().keySet().stream()
                .filter(shard -> !shard.equals(Image.MAIN_SHARD))
                .forEach(shard -> shards.add(live.evolution().checkpoint(image, shard)));
        Keyframe keyframe = new Keyframe(shards);
        store.write(
                keyframe,
                shards.stream()
                        .flatMap(shard -> live.evolution()
                                .snapshotRecords(image, shard.shard())
                                .map(object -> new KeyframeObject(shard.shard(), object))));
        last = new Last(keyframe);
        LOG.info("keyframe at revision {}: {} objects", keyframe.revision(), keyframe.objects());
    }

    /** Ends; a due keyframe is written after the next start. The owner closes the store. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            if (!writing.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("a keyframe was still being written after a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
