package io.shiplog.projections.live;

import static io.shiplog.projections.live.Story.lease;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.keyframe.InMemoryKeyframeStore;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.KeyframeWriter.Spacing;
import io.shiplog.projections.snapshot.InMemorySnapshotStore;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.travel.ImageTravel;
import io.shiplog.projections.watch.WatchSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyframeTest {
    private static final int ROUNDS = 6;
    /** A replay of more events than that looks for a keyframe. */
    private static final int FAR = ImageTravel.NEAR_EVENTS + 1;

    private final Story story = new Story();
    private final InMemoryKeyframeStore store = new InMemoryKeyframeStore();

    @Test
    void any_revision_by_a_keyframe_and_the_rest_equals_a_straight_replay() {
        long seed = new Random().nextLong();
        System.out.println("KeyframeTest seed " + seed);
        Random random = new Random(seed);
        RandomStory randomly = new RandomStory(random.nextLong(), story);
        randomly.tell(FAR + random.nextInt(2_000));
        frame(story, store);
        randomly.tell(FAR + random.nextInt(2_000));
        frame(story, store);
        randomly.tell(200);
        long newest = story.main().end().toCompletableFuture().join();
        LiveImage without = story.live();
        for (int round = 0; round < ROUNDS; round++) {
            long revision = random.nextLong(newest + 1);
            Image straight = join(without.at(revision));
            Image quick = join(story.live(SnapshotStore.NONE, store).at(revision));
            assertEquals(
                    RandomStory.seen(straight),
                    RandomStory.seen(quick),
                    "seed %d, revision %d".formatted(seed, revision));

            Instant time = straight.time("events");
            assertEquals(
                    RandomStory.seen(join(without.at(time))),
                    RandomStory.seen(join(story.live(SnapshotStore.NONE, store).at(time))),
                    "seed %d, time %s".formatted(seed, time));
        }
    }

    @Test
    void the_log_before_the_keyframe_is_not_read() {
        told(FAR);
        frame(story, store);
        told(10);
        LiveImage live = cut(FAR + 1, store);

        assertEquals(FAR + 5, join(live.at(FAR + 5)).revision("events"));
        assertEquals(FAR, join(live.at(FAR)).revision("events"));
        CutLogException cut = assertInstanceOf(CutLogException.class, failure(live.at(FAR - 1)));
        assertEquals(FAR, cut.oldest(), "the keyframe itself can be shown");
    }

    @Test
    void a_cut_log_without_a_keyframe_shows_the_present_and_names_it() {
        told(20);
        LiveImage live = cut(10, store);

        Image now = join(live.at(20));

        assertEquals(RandomStory.seen(live.current()), RandomStory.seen(now));
        for (long gone : new long[] {1, 9, 10, 19}) {
            CutLogException cut = assertInstanceOf(CutLogException.class, failure(live.at(gone)));
            assertEquals(20, cut.oldest());
        }
        CutLogException before =
                assertInstanceOf(CutLogException.class, failure(live.at(Instant.parse("2001-01-01T00:00:00Z"))));
        assertEquals(20, before.oldest());
    }

    @Test
    void a_cut_log_whose_snapshot_is_lost_starts_from_a_keyframe() {
        story.created(lease("other"));
        told(20);
        frame(story, store);
        told(10);
        Image expected = story.live().current();
        story.logs().put("events", new CutLog(story.main(), 15));

        LiveImage live = story.live(SnapshotStore.NONE, store);

        assertEquals(RandomStory.seen(expected), RandomStory.seen(live.current()));
        assertThrows(CutLogException.class, () -> story.live(SnapshotStore.NONE, KeyframeStore.NONE));
    }

    @Test
    void a_watcher_who_would_take_a_change_for_a_birth_is_refused() throws InterruptedException {
        told(20);
        LiveImage live = cut(10, store);
        Semaphore woken = new Semaphore(0);

        try (WatchSource.Cursor cursor = live.open(Story.PODS, 15, Story.WATCHER, woken::release)) {
            assertTrue(woken.tryAcquire(20, TimeUnit.SECONDS));
            CutLogException cut = assertThrows(CutLogException.class, () -> cursor.poll(10));
            assertEquals(20, cut.oldest());
        }
    }

    @Test
    void another_shard_resumes_from_its_keyframe() {
        story.at("03:00:00").created(lease("early"));
        told(FAR);
        story.at("03:00:10").created(lease("middle"));
        frame(story, store);
        story.at("03:00:20");
        told(10);
        story.at("03:00:30").created(lease("late"));

        Image then = join(story.live(SnapshotStore.NONE, store).at(FAR + 5));

        assertNotNull(then.get(lease("early")));
        assertNotNull(then.get(lease("middle")));
        assertNull(then.get(lease("late")));
    }

    @Test
    void a_clock_that_goes_backwards_leaves_a_keyframe_at_the_end_of_its_moment() {
        story.at("03:00:20");
        told(FAR);
        story.at("03:00:05").created(pod("set-back"));
        frame(story, store);
        story.at("03:00:30").created(pod("after"));
        LiveImage live = story.live(SnapshotStore.NONE, store);

        Image then = join(live.at(Instant.parse("2026-11-22T03:00:20Z")));

        assertEquals(FAR + 1, then.revision("events"));
        assertEquals(0, join(live.at(Instant.parse("2026-11-22T03:00:10Z"))).revision("events"));
    }

    @Test
    void a_broken_one_is_passed_over_for_the_one_before_it() {
        told(FAR);
        frame(story, store);
        told(FAR);
        frame(story, store);
        told(10);
        List<String> expected = RandomStory.seen(join(story.live().at(2 * FAR + 5)));
        for (UnaryOperator<List<KeyframeObject>> tamper : tamperings()) {
            Keyframe newest = store.contents().lastEntry().getValue();
            List<KeyframeObject> good = new ArrayList<>();
            store.read(newest, good::add);
            store.write(newest, tamper.apply(new ArrayList<>(good)).stream());
            Reading reading = new Reading(store);

            assertEquals(
                    expected,
                    RandomStory.seen(
                            join(story.live(SnapshotStore.NONE, reading).at(2 * FAR + 5))));

            assertEquals(List.of(2L * FAR, (long) FAR), reading.read);
            store.write(newest, good.stream());
        }
    }

    private static List<UnaryOperator<List<KeyframeObject>>> tamperings() {
        return List.of(
                objects -> objects.subList(1, objects.size()),
                objects -> {
                    SnapshotRecord first = objects.removeFirst().object();
                    objects.addFirst(new KeyframeObject(
                            "events",
                            new SnapshotRecord(first.key(), first.revision(), first.correlationId(), Json.of("{}"))));
                    return objects;
                },
                objects -> {
                    objects.add(
                            new KeyframeObject("unheard-of", objects.getFirst().object()));
                    return objects;
                });
    }

    @Test
    void one_of_another_log_is_passed_over() {
        Story other = new Story();
        other.at("04:00:00");
        told(other, FAR);
        frame(other, store);
        told(FAR + 10);

        Image then = join(story.live(SnapshotStore.NONE, store).at(FAR + 5));

        assertEquals(RandomStory.seen(join(story.live().at(FAR + 5))), RandomStory.seen(then));
    }

    @Test
    void a_store_that_cannot_be_read_means_a_longer_replay() {
        told(FAR);
        frame(story, store);
        Reading reading = new Reading(store);
        reading.failing = true;

        assertEquals(FAR, join(story.live(SnapshotStore.NONE, reading).at(FAR)).revision("events"));
    }

    @Test
    void a_watch_from_far_back_starts_at_a_keyframe_and_sees_what_was_before() throws InterruptedException {
        story.created(pod("watched"), "turn", "1");
        story.created(lease("other"));
        told(FAR);
        frame(story, store);
        long after = story.main().end().toCompletableFuture().join();
        story.modified(pod("watched"), "turn", "2");
        Reading reading = new Reading(store);
        LiveImage live = cut(after + 1, reading);
        Semaphore woken = new Semaphore(0);

        WatchSource.Cursor cursor = live.open(Story.PODS, after, Story.WATCHER, woken::release);
        List<Change> changes = cursor.poll(10).changes();
        while (changes.isEmpty()) {
            assertTrue(woken.tryAcquire(20, TimeUnit.SECONDS));
            changes = cursor.poll(10).changes();
        }

        assertEquals("2", changes.getFirst().after().labels().get("turn"));
        assertEquals(
                "1",
                Objects.requireNonNull(changes.getFirst().before()).labels().get("turn"));
        assertEquals(List.of(after), reading.read);
    }

    @Test
    void keyframes_are_written_so_many_events_apart_and_the_more_objects_the_further() {
        LiveImage live = story.live(SnapshotStore.NONE, store);
        KeyframeWriter writer = KeyframeWriter.start(live, store, new Spacing(10, 4), () -> false);
        for (int i = 0; i < 100; i++) {
            story.created(pod("p" + i % 3));
            writer.write();
        }
        writer.close();

        List<Long> revisions = List.copyOf(store.contents().keySet());
        assertEquals(List.of(10L, 22L, 34L), revisions.subList(0, 3));
        for (int i = 0; i < 60; i++) {
            story.created(pod("more-" + i));
            writer.write();
        }
        Keyframe last = store.contents().lastEntry().getValue();
        long before = store.contents().lowerKey(last.revision());
        assertTrue(last.revision() - before > 12, "one is at %d, the next at %d".formatted(before, last.revision()));
    }

    @Test
    void missing_ones_are_made_out_of_the_log() {
        told(95);
        LiveImage live = story.live(SnapshotStore.NONE, store);
        KeyframeWriter writer = KeyframeWriter.start(live, store, new Spacing(20, 0), () -> false);

        writer.write();

        assertEquals(List.of(20L, 40L, 60L, 80L), List.copyOf(store.contents().keySet()));
        for (Keyframe keyframe : store.contents().values()) {
            Image image = join(story.live().at(keyframe.revision()));
            assertEquals(
                    live.evolution().checkpoint(image, "events"),
                    keyframe.shards().getFirst());
        }
        writer.close();
    }

    @Test
    void a_new_writer_goes_on_where_the_one_before_it_ended() {
        told(45);
        KeyframeWriter.start(story.live(), store, new Spacing(20, 0), () -> false)
                .write();
        told(20);
        Reading reading = new Reading(store);

        KeyframeWriter.start(story.live(), reading, new Spacing(20, 0), () -> false)
                .write();

        assertEquals(List.of(65L), reading.written);
    }

    @Test
    void a_cut_log_without_a_keyframe_gets_one_of_the_present() {
        told(95);

        KeyframeWriter.start(cut(50, store), store, new Spacing(20, 0), () -> false)
                .write();

        assertEquals(List.of(95L), List.copyOf(store.contents().keySet()));
    }

    @Test
    void a_keyframe_behind_which_the_log_is_cut_is_followed_by_another_at_once() {
        told(20);
        frame(story, store);
        told(10);
        LiveImage live = cut(25, store);

        KeyframeWriter.start(live, store, new Spacing(1_000, 0), () -> false).write();

        assertEquals(List.of(20L, 30L), List.copyOf(store.contents().keySet()));
        told(3);
        assertEquals(32, join(live.at(32)).revision("events"));
    }

    /** The log's beginning goes; a snapshot of the present stays. */
    private LiveImage cut(long oldest, KeyframeStore keyframes) {
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        SnapshotWriter.start(story.live(), snapshots, SnapshotWriter.Settings.DEFAULT)
                .close();
        story.logs().put("events", new CutLog(story.main(), oldest));
        return story.live(snapshots, keyframes);
    }

    private void told(int events) {
        told(story, events);
    }

    /** Three objects that change in turn. */
    private static void told(Story story, int events) {
        for (int i = 0; i < events; i++) {
            story.created(pod("p" + i % 3), "turn", Integer.toString(i % 7));
        }
    }

    /** Writes a keyframe of the present. */
    private static void frame(Story story, KeyframeStore store) {
        LiveImage live = story.live(SnapshotStore.NONE, store);
        long now = live.current().revision("events");
        long last = store.contents().isEmpty() ? 0 : store.contents().lastKey();
        KeyframeWriter.start(live, store, new Spacing(now - last, 0), () -> false)
                .write();
        assertEquals(now, store.contents().lastKey());
        live.close();
    }

    private static Throwable failure(CompletionStage<Image> stage) {
        return Objects.requireNonNull(
                assertThrows(CompletionException.class, () -> join(stage)).getCause());
    }

    private static Image join(CompletionStage<Image> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Reports reads and writes; fails on demand. */
    private static final class Reading implements KeyframeStore {
        private final KeyframeStore store;
        private final List<Long> read = new ArrayList<>();
        private final List<Long> written = new ArrayList<>();
        private boolean failing;

        Reading(KeyframeStore store) {
            this.store = store;
        }

        @Override
        public NavigableMap<Long, Keyframe> contents() {
            if (failing) {
                throw new LogUnavailableException("told to fail");
            }
            return store.contents();
        }

        @Override
        public void read(Keyframe keyframe, Consumer<KeyframeObject> reader) {
            read.add(keyframe.revision());
            store.read(keyframe, reader);
        }

        @Override
        public void write(Keyframe keyframe, Stream<KeyframeObject> objects) {
            written.add(keyframe.revision());
            store.write(keyframe, objects);
        }

        @Override
        public void close() {}
    }
}
