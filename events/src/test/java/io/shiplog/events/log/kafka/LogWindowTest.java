package io.shiplog.events.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A reader that starts in the middle of a log must determine the same positions as one that reads it from the start. */
class LogWindowTest {
    private static final int HISTORIES = 40;
    private static final int LONGEST_STALE_RUN = 20;
    /** The bound of the real window, in the same proportion. */
    private static final int WINDOW = 4 * LONGEST_STALE_RUN;

    @Test
    void aWindowAnywhereAgreesWithAFullReplay() throws Exception {
        long seed = System.nanoTime();
        System.out.println("LogWindowTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            History history = History.random(random, 1 + random.nextInt(6), LONGEST_STALE_RUN);
            List<Place> truth = replay(history.records(), Place.START);
            for (int from = 0; from < history.records().size(); from += 1 + random.nextInt(7)) {
                int to = Math.min(history.records().size(), from + WINDOW);
                Optional<LogWindow.Found> found = window(history.records().subList(from, to));
                if (found.isPresent() && to - from == WINDOW) {
                    String where = "seed " + seed + ", history " + i + ", from " + from;
                    assertAgrees(found.get(), history.records(), truth, where);
                }
            }
        }
    }

    private static void assertAgrees(
            LogWindow.Found found, List<ConsumerRecord<byte[], byte[]>> records, List<Place> truth, String where) {
        List<Place> places = found.places();
        for (Place place : places.subList(1, places.size())) {
            assertEquals(truth.get((int) place.offset()), place, where);
        }
        Place first = places.getFirst();
        List<Place> again = replay(records.subList((int) first.offset(), records.size()), first);
        assertEquals(truth.getLast(), again.getLast(), where + ": reading on leads elsewhere");
    }

    @Test
    void aWindowWithoutEventsFindsNothing() {
        assertTrue(new LogWindow().found().isEmpty());
    }

    /** The place at each offset. */
    private static List<Place> replay(List<ConsumerRecord<byte[], byte[]>> records, Place start) {
        Sequencer sequencer = new Sequencer(History.CODEC, new Quarantine("test"), start, Sequencer.Watcher.NONE);
        List<Place> places = new ArrayList<>(List.of(start));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Event unused = sequencer.next(record);
            places.add(sequencer.place());
        }
        return places;
    }

    private static Optional<LogWindow.Found> window(List<ConsumerRecord<byte[], byte[]>> records) throws Exception {
        LogWindow window = new LogWindow();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            switch (History.CODEC.head(record)) {
                case Head.OfClaim claim -> window.claim(claim);
                case Head.OfEvent head -> window.event(record.offset(), History.CODEC.event(record, head));
                case Head.Unreadable unreadable -> {}
            }
        }
        return window.found();
    }
}
