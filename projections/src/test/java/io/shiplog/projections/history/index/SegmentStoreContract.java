package io.shiplog.projections.history.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of segments must do. */
public abstract class SegmentStoreContract {
    private static final int SEGMENT_BYTES = 65_536;

    /** An empty store. */
    protected abstract SegmentStore store();

    /** The same store as another process finds it. */
    protected abstract SegmentStore reopened();

    @Test
    void an_empty_store_has_no_segments() {
        try (SegmentStore store = store()) {
            assertEquals(Map.of(), store.load("events"));
        }
    }

    @Test
    void what_was_written_is_read_by_the_next_process_each_shard_for_itself() {
        byte[] first = bytes(1);
        byte[] second = bytes(2);
        try (SegmentStore store = store()) {
            store.write("events", 0, first);
            store.write("events", 12, second);
            store.write("leases", 0, second);
        }
        try (SegmentStore again = reopened()) {
            Map<Long, byte[]> events = again.load("events");
            assertEquals(Set.of(0L, 12L), events.keySet());
            assertArrayEquals(first, events.get(0L));
            assertArrayEquals(second, events.get(12L));
            assertEquals(Set.of(0L), again.load("leases").keySet());
        }
    }

    @Test
    void a_segment_takes_the_place_of_the_one_with_its_number() {
        byte[] next = bytes(2);
        try (SegmentStore store = store()) {
            store.write("events", 3, bytes(1));
            store.write("events", 3, next);
        }
        try (SegmentStore again = reopened()) {
            assertArrayEquals(next, again.load("events").get(3L));
        }
    }

    protected static byte[] bytes(long seed) {
        byte[] bytes = new byte[SEGMENT_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
