package io.shiplog.events.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A place that was reckoned must lead where one that was read leads. */
class PlaceIndexTest {
    private static final int HISTORIES = 60;
    private static final int LONGEST_STALE_RUN = 10;

    @Test
    void aReckonedPlaceLeadsWhereAFullReplayLeads() {
        long seed = System.nanoTime();
        System.out.println("PlaceIndexTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            History history = History.random(random, 1 + random.nextInt(5), LONGEST_STALE_RUN);
            List<Place> truth = replay(history.records(), Place.START);
            Place live = truth.getLast();
            PlaceIndex index = new PlaceIndex();
            index.note(truth.get(random.nextInt(truth.size())));
            index.note(truth.get(random.nextInt(truth.size())));
            for (long revision = 0; revision < live.revision(); revision++) {
                Optional<Place> exact = index.exact(revision, live);
                if (exact.isPresent()) {
                    String where = "seed " + seed + ", history " + i + ", revision " + revision;
                    assertEquals(revision, exact.get().revision(), where);
                    List<ConsumerRecord<byte[], byte[]>> rest = history.records()
                            .subList(
                                    (int) exact.get().offset(),
                                    history.records().size());
                    assertEquals(live, replay(rest, exact.get()).getLast(), where);
                }
            }
        }
    }

    @Test
    void betweenTwoPlacesWithNothingButEventsBetweenEveryPlaceIsKnown() {
        Place below = new Place(1, 1, 0, "");
        Place live = new Place(1_001, 1, 1_000, "");
        PlaceIndex index = new PlaceIndex();
        index.note(below);

        for (long revision = 0; revision < 1_000; revision++) {
            Place exact = index.exact(revision, live).orElseThrow();
            assertEquals(revision, exact.revision());
            assertEquals(revision + 1, exact.offset());
        }
    }

    @Test
    void whereAClaimLiesBetweenNothingIsReckoned() {
        PlaceIndex index = new PlaceIndex();
        index.note(new Place(1, 1, 0, ""));

        assertTrue(index.exact(500, new Place(1_002, 2, 1_000, "")).isEmpty());
        assertTrue(new PlaceIndex().exact(500, new Place(1_001, 1, 1_000, "")).isEmpty());
    }

    private static List<Place> replay(List<ConsumerRecord<byte[], byte[]>> records, Place start) {
        Sequencer sequencer = new Sequencer(History.CODEC, new Quarantine("test"), start, Sequencer.Watcher.NONE);
        List<Place> places = new ArrayList<>(List.of(start));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            sequencer.next(record);
            places.add(sequencer.place());
        }
        return places;
    }
}
