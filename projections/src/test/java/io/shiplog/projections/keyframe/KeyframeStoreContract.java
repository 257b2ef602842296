package io.shiplog.projections.keyframe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.SnapshotRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store of keyframes must do. */
public abstract class KeyframeStoreContract {
    /** An empty store. */
    protected abstract KeyframeStore store();

    /** The same store as another process finds it. */
    protected abstract KeyframeStore reopened();

    @Test
    void an_empty_store_has_no_keyframes() {
        try (KeyframeStore store = store()) {
            assertEquals(Map.of(), store.contents());
        }
    }

    @Test
    void what_was_written_is_read_by_the_next_process_in_the_same_order() {
        List<KeyframeObject> first =
                List.of(object("events", "b", 3), object("events", "a", 1), object("leases", "l", 9));
        List<KeyframeObject> second = List.of(object("events", "c", 60));
        try (KeyframeStore store = store()) {
            store.write(keyframe(50, "one"), first.stream());
            store.write(keyframe(100, "two"), second.stream());
        }
        try (KeyframeStore again = reopened()) {
            assertEquals(Map.of(50L, keyframe(50, "one"), 100L, keyframe(100, "two")), again.contents());
            assertEquals(first, read(again, 50));
            assertEquals(second, read(again, 100));
        }
    }

    @Test
    void a_store_that_is_open_sees_what_another_process_writes() {
        try (KeyframeStore store = store();
                KeyframeStore other = reopened()) {
            assertEquals(Map.of(), store.contents());
            other.write(keyframe(50, "one"), Stream.of(object("events", "a", 1)));

            assertEquals(Map.of(50L, keyframe(50, "one")), store.contents());
            assertEquals(List.of(object("events", "a", 1)), read(store, 50));
        }
    }

    @Test
    void one_that_is_written_late_has_its_place_among_the_others() {
        try (KeyframeStore store = store()) {
            store.write(keyframe(100, "two"), Stream.of(object("events", "c", 60)));
            store.write(keyframe(50, "one"), Stream.of(object("events", "a", 1)));

            assertEquals(List.of(50L, 100L), List.copyOf(store.contents().keySet()));
            assertEquals(List.of(object("events", "a", 1)), read(store, 50));
            assertEquals(List.of(object("events", "c", 60)), read(store, 100));
        }
    }

    @Test
    void another_one_of_the_same_revision_takes_its_place() {
        try (KeyframeStore store = store()) {
            store.write(keyframe(50, "broken"), Stream.of(object("events", "a", 1)));
            store.write(keyframe(50, "mended"), Stream.of(object("events", "a", 2), object("events", "b", 3)));
        }
        try (KeyframeStore again = reopened()) {
            assertEquals(Map.of(50L, keyframe(50, "mended")), again.contents());
            assertEquals(List.of(object("events", "a", 2), object("events", "b", 3)), read(again, 50));
        }
    }

    @Test
    void one_without_objects_and_one_with_many() {
        List<KeyframeObject> many = IntStream.range(0, 3_000)
                .mapToObj(i -> object("events", "object-" + i, i))
                .toList();
        try (KeyframeStore store = store()) {
            store.write(keyframe(50, "none"), Stream.of());
            store.write(keyframe(100, "many"), many.stream());

            assertEquals(List.of(), read(store, 50));
            assertEquals(many, read(store, 100));
        }
    }

    @Test
    void what_is_not_there_cannot_be_read() {
        try (KeyframeStore store = store()) {
            assertThrows(LogUnavailableException.class, () -> store.read(keyframe(50, "never"), each -> {}));
        }
    }

    protected static List<KeyframeObject> read(KeyframeStore store, long revision) {
        List<KeyframeObject> objects = new ArrayList<>();
        store.read(Objects.requireNonNull(store.contents().get(revision)), objects::add);
        return objects;
    }

    protected static Keyframe keyframe(long revision, String digest) {
        Instant time = Instant.parse("2026-11-22T03:00:00.123Z").plusSeconds(revision);
        return new Keyframe(List.of(
                new Checkpoint("events", revision, time, "chain", 2, digest),
                new Checkpoint("leases", 9, time, "another", 1, digest)));
    }

    protected static KeyframeObject object(String shard, String name, long revision) {
        ObjectKey key = ObjectKey.of(new ResourceType("apps", "deployments"), "shop", name);
        return new KeyframeObject(
                shard, new SnapshotRecord(key, revision, "because", Json.of("{\"é\":" + revision + "}")));
    }
}
