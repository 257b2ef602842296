package io.shiplog.projections.live;

import static io.shiplog.projections.live.Story.configMap;
import static io.shiplog.projections.live.Story.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.InMemorySnapshotStore;
import io.shiplog.projections.snapshot.Snapshot;
import io.shiplog.projections.snapshot.SnapshotRecord;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final int ROUNDS = 25;

    private final Story story = new Story();
    private final InMemorySnapshotStore store = new InMemorySnapshotStore();

    @Test
    void any_prefix_and_snapshot_and_remainder_equals_a_straight_replay_at_every_step() {
        long seed = new Random().nextLong();
        System.out.println("SnapshotTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            prefixSnapshotRemainder(random.nextLong(), 1 + random.nextInt(120), 1 + random.nextInt(60));
        }
    }

    private static void prefixSnapshotRemainder(long seed, int prefix, int remainder) {
        Story told = new Story();
        RandomStory randomly = new RandomStory(seed, told);
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        // Two checkpoints, so that the second one is written as a change of the first.
        randomly.tell(prefix);
        LiveImage first = told.live(snapshots);
        SnapshotWriter writer = SnapshotWriter.start(first, snapshots, SnapshotWriter.Settings.DEFAULT);
        writer.writeAll();
        randomly.tell(prefix / 2);
        writer.close();
        first.close();

        LiveImage straight = told.live();
        LiveImage restored = told.live(snapshots);
        assertNotEquals(Map.of(), restored.takeRestored().revisions(), "seed " + seed);
        for (int i = 0; i < remainder; i++) {
            assertEquals(
                    RandomStory.seen(straight.current()),
                    RandomStory.seen(restored.current()),
                    "seed %d, step %d".formatted(seed, i));
            randomly.tell(1);
        }
        assertEquals(RandomStory.seen(straight.current()), RandomStory.seen(restored.current()), "seed " + seed);
    }

    @Test
    void a_start_from_a_snapshot_reads_the_remainder_alone() {
        story.created(pod("a"));
        story.created(pod("b"));
        snapshot();
        story.deleted(pod("a"));
        List<String> told = new ArrayList<>();

        LiveImage live = LiveImage.start(
                story.logs(),
                Story.KINDS,
                store,
                KeyframeStore.NONE,
                (shard, done, total, rate) -> told.add("%s %d/%d".formatted(shard, done, total)),
                java.time.Clock.systemUTC());

        assertEquals(List.of("events 1/1"), told);
        assertNull(live.current().get(pod("a")));
        assertNotNull(live.current().get(pod("b")));
    }

    @Test
    void time_travel_and_watches_go_behind_the_snapshot() {
        story.created(pod("a"));
        story.modified(pod("a"), "app", "web");
        snapshot();
        LiveImage live = story.live(store);

        assertEquals(
                Map.of(),
                Objects.requireNonNull(live.at(1).toCompletableFuture().join().get(pod("a")))
                        .labels());
    }

    @Test
    void only_what_changed_is_written_again() {
        Recording recording = new Recording();
        for (int i = 0; i < 20; i++) {
            story.created(pod("p" + i));
        }
        SnapshotWriter writer = SnapshotWriter.start(story.live(), recording, SnapshotWriter.Settings.DEFAULT);
        writer.writeAll();
        story.modified(pod("p3"));
        story.deleted(pod("p4"));
        story.created(pod("brief"));
        story.deleted(pod("brief"));
        writer.writeAll();
        writer.writeAll();

        assertEquals(List.of("whole +20 -0", "part +1 -2"), recording.writes);
    }

    @Test
    void a_new_process_writes_what_changed_since_the_snapshot_from_which_it_started() {
        story.created(pod("a"));
        story.created(pod("b"));
        story.created(pod("c"));
        snapshot();
        story.modified(pod("a"));
        story.deleted(pod("b"));
        Recording recording = new Recording();

        LiveImage live = story.live(store);
        SnapshotWriter.start(live, recording, SnapshotWriter.Settings.DEFAULT).close();

        assertEquals(List.of("part +1 -1"), recording.writes);
    }

    @Test
    void many_events_call_for_a_snapshot() throws InterruptedException {
        Recording recording = new Recording();
        SnapshotWriter writer = SnapshotWriter.start(
                story.live(), recording, new SnapshotWriter.Settings(3, java.time.Duration.ofHours(1)));
        story.created(pod("a"));
        story.created(pod("b"));
        story.created(pod("c"));

        assertTrue(recording.written.await(20, java.util.concurrent.TimeUnit.SECONDS));
        writer.close();
        assertEquals(List.of("whole +3 -0"), recording.writes);
    }

    @Test
    void a_failed_write_is_made_good_by_the_next_one() {
        Recording recording = new Recording();
        SnapshotWriter writer = SnapshotWriter.start(story.live(), recording, SnapshotWriter.Settings.DEFAULT);
        story.created(pod("a"));
        writer.writeAll();
        recording.failing = true;
        story.created(pod("b"));
        story.created(pod("c"));
        writer.writeAll();
        recording.failing = false;
        story.deleted(pod("c"));
        writer.writeAll();

        assertEquals(List.of("whole +1 -0", "part +1 -1"), recording.writes);
    }

    @Test
    void a_tampered_object_a_missing_one_and_one_too_many_mean_a_full_replay() {
        refused(records -> {
            SnapshotRecord first = records.removeFirst();
            records.add(new SnapshotRecord(first.key(), first.revision(), first.correlationId(), Json.of("{}")));
            return records;
        });
        refused(records -> {
            records.removeFirst();
            return records;
        });
        refused(records -> {
            records.add(new SnapshotRecord(configMap("ghost"), 1, "", Json.of("{}")));
            return records;
        });
        refused(records -> {
            SnapshotRecord first = records.removeFirst();
            records.add(new SnapshotRecord(first.key(), first.revision() + 1, first.correlationId(), first.object()));
            return records;
        });
    }

    private void refused(UnaryOperator<List<SnapshotRecord>> tamper) {
        Story told = new Story();
        told.created(pod("a"));
        told.created(pod("b"));
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        SnapshotWriter.start(told.live(), snapshots, SnapshotWriter.Settings.DEFAULT)
                .close();
        Snapshot good = Objects.requireNonNull(snapshots.load().get("events"));
        snapshots.write(good.checkpoint(), true, tamper.apply(new ArrayList<>(good.records())), List.of());

        LiveImage live = told.live(snapshots);

        assertEquals(0, live.takeRestored().revision("events"));
        assertEquals(RandomStory.seen(told.live().current()), RandomStory.seen(live.current()));
    }

    @Test
    void a_snapshot_of_another_log_is_not_believed() {
        story.created(pod("a"));
        snapshot();
        Story other = new Story();
        other.at("04:00:00").created(pod("other"));

        Image image = other.live(store).current();

        assertNull(image.get(pod("a")));
        assertNotNull(image.get(pod("other")));
    }

    @Test
    void a_snapshot_ahead_of_the_log_is_not_believed() {
        story.created(pod("a"));
        story.created(pod("b"));
        snapshot();
        Story shorter = new Story();
        shorter.created(pod("a"));

        Image image = shorter.live(store).current();

        assertEquals(1, image.revision("events"));
        assertNull(image.get(pod("b")));
    }

    @Test
    void a_store_that_cannot_be_read_means_a_full_replay() {
        story.created(pod("a"));
        Recording recording = new Recording();
        recording.failing = true;

        assertNotNull(story.live(recording).current().get(pod("a")));
    }

    @Test
    void the_digest_depends_on_every_part_of_an_object() {
        story.created(pod("a"));
        LiveImage live = story.live();
        Checkpoint before = live.evolution().checkpoint(live.current(), "events");
        story.modified(pod("a"));
        Checkpoint after = live.evolution().checkpoint(live.current(), "events");

        assertNotEquals(before.digest(), after.digest());
        assertEquals(1, after.objects());
    }

    private void snapshot() {
        LiveImage live = story.live(store);
        SnapshotWriter.start(live, store, SnapshotWriter.Settings.DEFAULT).close();
        live.close();
    }

    /** Counts what is written; fails on demand. */
    private static final class Recording implements SnapshotStore {
        private final List<String> writes = new ArrayList<>();
        private final java.util.concurrent.CountDownLatch written = new java.util.concurrent.CountDownLatch(1);
        private volatile boolean failing;

        @Override
        public Map<String, Snapshot> load() {
            failIfTold();
            return Map.of();
        }

        @Override
        public void write(Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed) {
            failIfTold();
            writes.add("%s +%d -%d".formatted(whole ? "whole" : "part", put.size(), removed.size()));
            written.countDown();
        }

        private void failIfTold() {
            if (failing) {
                throw new UnavailableException("told to fail", new IllegalStateException());
            }
        }

        @Override
        public void close() {}
    }
}
