package io.shiplog.events.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Between two certain places an event must be where they say. */
class PlaceIndexTest {
    private static final int HISTORIES = 60;
    private static final int LONGEST_STALE_RUN = 10;

    @Test
    void everyCountedEventLiesBetweenTheOffsetsThatItsBracketNames() {
        long seed = System.nanoTime();
        System.out.println("PlaceIndexTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            History history = History.random(random, 1 + random.nextInt(5), LONGEST_STALE_RUN);
            List<Place> truth = replay(history.records());
            PlaceIndex index = new PlaceIndex();
            index.note(truth.get(random.nextInt(truth.size())));
            for (int at = 1; at < truth.size(); at++) {
                Place behind = truth.get(at);
                if (behind.revision() > truth.get(at - 1).revision()) {
                    String where = "seed " + seed + ", history " + i + ", " + behind;
                    Optional<Bracket> around = index.around(behind.revision(), truth.getLast())
                            .filter(bracket -> bracket.below().revision() < behind.revision());
                    around.ifPresent(bracket -> {
                        long offset = behind.offset() - 1;
                        assertTrue(bracket.lowest(behind.revision()) <= offset, where);
                        assertTrue(offset <= bracket.highest(behind.revision()), where);
                        assertTrue(
                                bracket.slack() > 0
                                        || bracket.below()
                                                        .further(behind.revision()
                                                                - bracket.below()
                                                                        .revision())
                                                        .offset()
                                                == behind.offset(),
                                where);
                    });
                }
            }
        }
    }

    @Test
    void betweenTwoPlacesWithNothingButEventsBetweenEveryOffsetIsKnown() {
        PlaceIndex index = new PlaceIndex();
        index.note(new Place(1, 1, 0, ""));

        Bracket bracket = index.around(500, new Place(1_001, 1, 1_000, "")).orElseThrow();

        assertEquals(0, bracket.slack());
        assertEquals(500, bracket.lowest(500));
        assertEquals(500, bracket.highest(500));
    }

    @Test
    void withoutAPlaceBelowNothingIsKnown() {
        assertTrue(new PlaceIndex().around(500, new Place(1_001, 1, 1_000, "")).isEmpty());
    }

    private static List<Place> replay(List<ConsumerRecord<byte[], byte[]>> records) {
        Sequencer sequencer = new Sequencer(History.CODEC, new Quarantine("test"), Place.START, Sequencer.Watcher.NONE);
        List<Place> places = new ArrayList<>(List.of(Place.START));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            sequencer.next(record);
            places.add(sequencer.place());
        }
        return places;
    }
}
