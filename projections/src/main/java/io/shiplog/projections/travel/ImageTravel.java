package io.shiplog.projections.travel;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.Newest;
import io.shiplog.projections.keyframe.Keyframe;
import java.lang.ref.SoftReference;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images of earlier moments: the nearest image at or before the moment, cached or from a keyframe, and a replay from there. One
 * replay runs at a time, so these requests cost at most one thread and the memory of one image.
 *
 * <p>Time: a shard's clock is the greatest time among its events so far (see {@link Image#time}), so that a writer's clock that
 * was set back makes no moment ambiguous: the image of a moment is the longest prefix of each shard in which no event is later
 * than the moment.
 */
public final class ImageTravel implements TimeTravel, AutoCloseable {
    /** Events read from the log at a time while searching for a moment. */
    static final int CHUNK_EVENTS = 8_192;
    /** A keyframe is used if the replay would be longer than this: reading one costs about as much. */
    public static final int NEAR_EVENTS = 16_384;
    /** Images of requested moments, cached for the next request while memory allows. */
    static final int MAX_ASKED = 6;
    /** Recent images kept as starting points, and how many events lie between two. */
    static final int MAX_MILESTONES = 2;

    static final int MILESTONE_EVENTS = 8_192;

    private final Map<String, EventLog> logs;
    private final String mainShard;
    private final ImageEvolution evolution;
    private final Keyframes keyframes;
    private final Supplier<Image> current;
    private final Clock clock;
    private final ExecutorService replays =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("history").factory());
    private final Deque<SoftReference<Image>> asked = new ArrayDeque<>();
    private final Deque<Image> milestones = new ArrayDeque<>();

    /**
     * @param logs all shards by name
     * @param mainShard the shard whose revisions name moments
     * @param current the newest image
     * @param clock the present, to detect future moments
     */
    public ImageTravel(
            Map<String, EventLog> logs,
            String mainShard,
            ImageEvolution evolution,
            Keyframes keyframes,
            Supplier<Image> current,
            Clock clock) {
        this.logs = logs;
        this.mainShard = mainShard;
        this.evolution = evolution;
        this.keyframes = keyframes;
        this.current = current;
        this.clock = clock;
    }

    /**
     * Where a reading of a shard can start.
     *
     * @param image holds the objects of the wanted type as of the revision
     * @param revision of the shard
     */
    public record Start(Image image, long revision) {}

    /** Records the newest image as a starting point for later requests. */
    public synchronized void passed(Image image) {
        Image last = milestones.peekLast();
        if (last != null && image.revision(mainShard) - last.revision(mainShard) < MILESTONE_EVENTS) {
            return;
        }
        milestones.addLast(image);
        if (milestones.size() > MAX_MILESTONES) {
            milestones.removeFirst();
        }
    }

    @Override
    public CompletionStage<Image> at(long revision) {
        if (revision < 0) {
            throw new IllegalArgumentException("a revision is not negative: " + revision);
        }
        long newest = current.get().revision(mainShard);
        if (revision > newest) {
            return CompletableFuture.failedFuture(new NotYetException("revision " + revision, newest));
        }
        return CompletableFuture.supplyAsync(() -> remembered(image -> image.revision(mainShard) == revision), replays)
                .thenApplyAsync(found -> found != null ? found : replayTo(revision), replays);
    }

    @Override
    public CompletionStage<Image> at(Instant time) {
        Instant newest = current.get().time(mainShard);
        Instant now = clock.instant();
        if (time.isAfter(now) && time.isAfter(newest)) {
            return CompletableFuture.failedFuture(
                    new NotYetException(time.toString(), current.get().revision(mainShard)));
        }
        return CompletableFuture.supplyAsync(() -> replayTo(time), replays);
    }

    private Image replayTo(long revision) {
        Image start = start(
                image -> image.revision(mainShard) <= revision,
                keyframe -> keyframe.revision() <= revision,
                every -> true,
                revision);
        Image main = replay(start, log(mainShard), revision, null);
        Image all = others(main, start, main.time(mainShard));
        remember(all);
        return all;
    }

    private Image replayTo(Instant time) {
        long newest = current.get().revision(mainShard);
        Image start = start(
                image -> !image.time(mainShard).isAfter(time),
                keyframe -> !keyframe.time().isAfter(time),
                every -> true,
                newest);
        Image main = replay(start, log(mainShard), newest, time);
        Image all = others(main, start, time);
        remember(all);
        return all;
    }

    /** Moves every shard except the main one to a moment. */
    private Image others(Image image, Image start, Instant time) {
        Image all = image;
        for (EventLog log : logs.values()) {
            String shard = log.shard();
            if (!shard.equals(mainShard)) {
                Image from = start.time(shard).isAfter(time) ? evolution.forget(all, shard) : all;
                all = replay(from, log, current.get().revision(shard), time);
            }
        }
        return all;
    }

    /**
     * Where a replay of the main shard starts: an image, cached or from a keyframe, after which the log is complete.
     *
     * @param fits whether an image is not too late, and {@code fitting} whether a keyframe is not
     * @param wanted the objects it must hold, at least
     * @param upTo how far the replay goes
     * @throws EventLog.CutLogException if the log was truncated after all of them; with the oldest revision that can be shown
     */
    private Image start(Predicate<Image> fits, Predicate<Keyframe> fitting, Predicate<ResourceType> wanted, long upTo) {
        long oldest = log(mainShard).oldest();
        Image atHand = nearestOf(mainShard, fits);
        long position = atHand.revision(mainShard);
        boolean joins = position + 1 >= oldest;
        if (joins && upTo - position <= NEAR_EVENTS) {
            return atHand;
        }
        Optional<Image> keyframe = keyframes.newest(
                frame -> fitting.test(frame)
                        && (joins ? frame.revision() - position > NEAR_EVENTS : frame.revision() + 1 >= oldest),
                wanted);
        if (keyframe.isPresent() || joins) {
            return keyframe.orElse(atHand);
        }
        Image now = current.get();
        if (fits.test(now)) {
            return now;
        }
        long shown = oldestAtHand(oldest - 1);
        throw new EventLog.CutLogException(
                position + 1, Math.min(shown, keyframes.oldest(oldest - 1).orElse(shown)));
    }

    private synchronized long oldestAtHand(long from) {
        return Stream.concat(Stream.concat(asked(), milestones.stream()), Stream.of(current.get()))
                .mapToLong(image -> image.revision(mainShard))
                .filter(revision -> revision >= from)
                .min()
                .orElse(from);
    }

    /** Applies a shard's events up to a revision, and up to a moment if one is given. */
    private Image replay(Image start, EventLog log, long upTo, @Nullable Instant until) {
        String shard = log.shard();
        // A shard other than the main one may have been truncated by its retention, and then shows what is left of it.
        long position =
                shard.equals(mainShard) ? start.revision(shard) : Math.max(start.revision(shard), log.oldest() - 1);
        Newest newest = new Newest(shard);
        while (position < upTo) {
            long target = until == null ? upTo : Math.min(upTo, position + CHUNK_EVENTS);
            boolean[] passed = {false};
            log.read(position, target, batch -> {
                List<Event> wanted = passed[0] ? List.of() : until == null ? batch : notAfter(batch, until);
                newest.add(wanted);
                passed[0] |= wanted.size() < batch.size();
            });
            if (passed[0]) {
                break;
            }
            position = target;
        }
        return evolution.after(start, newest);
    }

    private static List<Event> notAfter(List<Event> events, Instant until) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).time().isAfter(until)) {
                return events.subList(0, i);
            }
        }
        return events;
    }

    /**
     * Where a watcher of one type can start in order to resume after a revision of its shard: at or before it.
     *
     * @throws EventLog.CutLogException if the main shard's objects at that revision are no longer known
     */
    public Start before(EventLog log, ResourceType type, long after) {
        String shard = log.shard();
        if (shard.equals(mainShard)) {
            Image image = start(
                    candidate -> candidate.revision(shard) <= after,
                    frame -> frame.revision() <= after,
                    type::equals,
                    after);
            return new Start(image, image.revision(shard));
        }
        Image image = nearestOf(shard, candidate -> candidate.revision(shard) <= after);
        return new Start(image, Math.max(image.revision(shard), log.oldest() - 1));
    }

    private synchronized Image nearestOf(String shard, Predicate<Image> fits) {
        return Stream.concat(asked(), milestones.stream())
                .filter(fits)
                .max(Comparator.comparingLong(image -> image.revision(shard)))
                .orElseGet(evolution::first);
    }

    private Stream<Image> asked() {
        return asked.stream().map(SoftReference::get).filter(Objects::nonNull);
    }

    private synchronized @Nullable Image remembered(Predicate<Image> wanted) {
        return asked().filter(wanted).findFirst().orElse(null);
    }

    private synchronized void remember(Image image) {
        asked.addLast(new SoftReference<>(image));
        if (asked.size() > MAX_ASKED) {
            asked.removeFirst();
        }
    }

    private EventLog log(String shard) {
        return Objects.requireNonNull(logs.get(shard), shard);
    }

    @Override
    public void close() {
        replays.shutdownNow();
    }
}
