package io.shiplog.projections.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of snapshots must do. */
public abstract class SnapshotStoreContract {
    /** An empty store. */
    protected abstract SnapshotStore store();

    /** The same store as another process finds it. */
    protected abstract SnapshotStore reopened();

    @Test
    void an_empty_store_has_no_snapshots() {
        try (SnapshotStore store = store()) {
            assertEquals(Map.of(), store.load());
        }
    }

    @Test
    void what_was_written_is_read_by_the_next_process() {
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 2), true, List.of(object("a", 1), object("b", 2)), List.of());
            store.write(checkpoint("leases", 1), true, List.of(object("l", 1)), List.of());
        }
        try (SnapshotStore again = reopened()) {
            assertEquals(checkpoint("events", 2), snapshot(again, "events").checkpoint());
            assertEquals(
                    Set.of(object("a", 1), object("b", 2)),
                    Set.copyOf(snapshot(again, "events").records()));
            assertEquals(List.of(object("l", 1)), snapshot(again, "leases").records());
        }
    }

    @Test
    void a_part_changes_what_it_names_and_leaves_the_rest() {
        try (SnapshotStore store = store()) {
            store.write(
                    checkpoint("events", 3), true, List.of(object("a", 1), object("b", 2), object("c", 3)), List.of());
            store.write(checkpoint("events", 5), false, List.of(object("a", 4)), List.of(key("b"), key("never")));
            assertEquals(
                    Set.of(object("a", 4), object("c", 3)),
                    new HashSet<>(snapshot(store, "events").records()));
        }
        try (SnapshotStore again = reopened()) {
            assertEquals(5, snapshot(again, "events").checkpoint().revision());
            assertEquals(
                    Set.of(object("a", 4), object("c", 3)),
                    new HashSet<>(snapshot(again, "events").records()));
        }
    }

    @Test
    void a_whole_snapshot_takes_the_place_of_all_that_was_there_of_its_shard() {
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 2), true, List.of(object("a", 1), object("b", 2)), List.of());
            store.write(checkpoint("leases", 1), true, List.of(object("l", 1)), List.of());
            store.write(checkpoint("events", 9), true, List.of(object("c", 9)), List.of());
        }
        try (SnapshotStore again = reopened()) {
            assertEquals(List.of(object("c", 9)), snapshot(again, "events").records());
            assertEquals(List.of(object("l", 1)), snapshot(again, "leases").records());
        }
    }

    @Test
    void a_shard_without_objects_has_a_snapshot_all_the_same() {
        try (SnapshotStore store = store()) {
            store.write(checkpoint("events", 7), true, List.of(), List.of());
            assertEquals(new Snapshot(checkpoint("events", 7), List.of()), snapshot(store, "events"));
        }
    }

    protected static Snapshot snapshot(SnapshotStore store, String shard) {
        return Objects.requireNonNull(store.load().get(shard), shard);
    }

    protected static Checkpoint checkpoint(String shard, long revision) {
        return new Checkpoint(shard, revision, Instant.parse("2026-11-22T03:00:00.123Z"), "chain", 3, "digest");
    }

    protected static SnapshotRecord object(String name, long revision) {
        return new SnapshotRecord(key(name), revision, "because", Json.of("{\"é\":" + revision + "}"));
    }

    protected static ObjectKey key(String name) {
        return ObjectKey.of(new ResourceType("apps", "deployments"), "shop", name);
    }
}
