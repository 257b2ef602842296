package io.shiplog.command.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IntervalsTest {
    /** Given two random sets of indexes / when compared / then what both have is what two sets of numbers have. */
    @Test
    void commonAndMembersAreThoseOfSets() {
        long seed = new Random().nextLong();
        System.out.println("IntervalsTest seed " + seed);
        Random random = new Random(seed);
        for (int turn = 0; turn < 200; turn++) {
            TreeSet<Integer> one = indexes(random);
            TreeSet<Integer> two = indexes(random);
            Intervals ofOne = Intervals.of(one);
            TreeSet<Integer> both = new TreeSet<>(one);
            both.retainAll(two);

            assertEquals(both.size(), ofOne.common(Intervals.of(two)), "seed " + seed);
            IntStream.range(0, 50).forEach(i -> assertEquals(one.contains(i), ofOne.has(i), "seed " + seed));
        }
    }

    private static TreeSet<Integer> indexes(Random random) {
        return random.ints(random.nextInt(30), 0, 50).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /** Given a million intervals each / when compared / then there is an answer: pair by pair it would take hours. */
    @Test
    @Timeout(120)
    void manyIntervalsAreComparedOnce() {
        Intervals even = new Intervals(IntStream.range(0, 1_000_000)
                .mapToObj(i -> new Intervals.Interval(3 * i, 3 * i + 1))
                .toList());

        assertEquals(2_000_000, even.common(even));
    }
}
