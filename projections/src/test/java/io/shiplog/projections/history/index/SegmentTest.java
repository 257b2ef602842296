package io.shiplog.projections.history.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.LogIndex.Stretch;
import io.shiplog.projections.history.index.Fingerprint.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final Wanted EVERYTHING = Wanted.by(ChangeFilter.ALL);

    @Test
    void fingerprints_never_change() {
        ObjectKey key = ObjectKey.of(new ResourceType("apps", "deployments"), "shop", "wäb");

        assertEquals(-4_047_291_088_229_146_455L, Fingerprint.of(Field.ACTOR, "alice"));
        assertEquals(5_192_140_643_096_441_004L, Fingerprint.of(key.type()));
        assertEquals(1_150, Fingerprint.of(key));
    }

    @Test
    void a_word_is_never_denied_and_rarely_taken_for_another() {
        WordSet words = new WordSet();
        for (int i = 0; i < 3 * Segment.SIZE; i++) {
            words.add(Fingerprint.of(Field.COMMAND, "command-" + i));
        }
        int wrong = 0;
        for (int i = 0; i < 3 * Segment.SIZE; i++) {
            assertTrue(words.mayHold(Fingerprint.of(Field.COMMAND, "command-" + i)));
            wrong += words.mayHold(Fingerprint.of(Field.COMMAND, "other-" + i)) ? 1 : 0;
        }

        assertTrue(wrong < 3 * Segment.SIZE / 12, wrong + " of " + 3 * Segment.SIZE);
    }

    @Test
    void what_was_not_seen_can_be_anything() {
        Segment segment = Segment.blank(0);
        Wanted web = Wanted.by(ChangeFilter.of(Chronicle.pod("web")));

        assertEquals(Optional.of(new Stretch(5, 900)), segment.first(web, 5, 900));
        assertEquals(Optional.of(new Stretch(5, 900)), segment.last(web, 5, 900));
        assertTrue(segment.mayBeLater(Instant.MAX));
        events(3).forEach(segment::add);
        assertEquals(Optional.of(new Stretch(4, 900)), segment.first(web, 1, 900));
        segment.passed(4, 900);
        assertEquals(Optional.empty(), segment.first(web, 1, 900));
        assertEquals(Optional.of(new Stretch(1, 3)), segment.first(EVERYTHING, 1, 3));
    }

    @Test
    void a_stretch_holds_events_that_are_near_each_other_and_no_more() {
        Segment segment = Segment.blank(0);
        Chronicle chronicle = new Chronicle();
        for (int i = 1; i <= 300; i++) {
            chronicle.created(Chronicle.pod(i == 10 || i == 30 || i == 200 ? "web" : "other"), "{}");
        }
        chronicle.log().read(0, 300, batch -> batch.forEach(segment::add));
        segment.passed(301, Segment.SIZE);
        Wanted web = Wanted.by(ChangeFilter.of(Chronicle.pod("web")));

        assertEquals(Optional.of(new Stretch(10, 30)), segment.first(web, 1, 300));
        assertEquals(Optional.of(new Stretch(30, 30)), segment.first(web, 11, 300));
        assertEquals(Optional.of(new Stretch(200, 200)), segment.last(web, 1, 300));
        assertEquals(Optional.of(new Stretch(10, 30)), segment.last(web, 1, 199));
        assertEquals(Optional.empty(), segment.last(web, 31, 199));
    }

    @Test
    void it_comes_back_from_a_store_as_it_went_in_and_nothing_else_does() {
        Segment segment = Segment.blank(7);
        segment.passed(segment.first(), segment.last());
        byte[] stored = segment.bytes();

        Segment again = Segment.of(stored).orElseThrow();

        assertArrayEquals(stored, again.bytes());
        assertTrue(again.whole());
        assertEquals(7, again.number());
        assertFalse(Segment.of(new byte[0]).isPresent());
        assertFalse(Segment.of(new byte[100_000]).isPresent());
        assertFalse(
                Segment.of(java.util.Arrays.copyOf(stored, stored.length / 2)).isPresent());
        assertTrue(stored.length < 5 * Segment.SIZE, "at most five bytes for an event");
    }

    private static List<Event> events(int count) {
        Chronicle chronicle = new Chronicle();
        for (int i = 0; i < count; i++) {
            chronicle.created(Chronicle.pod("p" + i), "{}");
        }
        List<Event> events = new ArrayList<>();
        chronicle.log().read(0, count, events::addAll);
        return events;
    }
}
