package io.shiplog.command.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FieldSetTest {
    private static FieldSet of(List<Integer> numbers) {
        return FieldSet.ofFields(numbers.stream().map("k%07d"::formatted).toList());
    }

    /** Given elements in any order, some twice, and some with children / when inserted / then the set is the same. */
    @Test
    void theOrderOfInsertionDoesNotMatter() {
        long seed = new Random().nextLong();
        System.out.println("FieldSetTest seed " + seed);
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 300).boxed().toList());
        FieldSet sorted = of(numbers);
        numbers.addAll(numbers.subList(0, 50));
        Collections.shuffle(numbers, new Random(seed));
        FieldSet shuffled = of(numbers);

        assertEquals(sorted, shuffled, "seed " + seed);
        assertEquals(300, shuffled.size());
        assertTrue(shuffled.has(PathElement.field("k0000007")));
        shuffled.child(PathElement.field("k0000007")).insert(PathElement.field("below"));
        shuffled.insert(PathElement.field("a"));
        assertTrue(shuffled.below(PathElement.field("k0000007")).has(PathElement.field("below")));
        assertEquals("a", shuffled.toJson().fieldNames().next().substring(2));
        assertTrue(sorted.difference(shuffled).isEmpty());
        assertFalse(shuffled.difference(sorted).isEmpty());
    }

    /** Given sets / when united at once / then it is the union one after another. */
    @Test
    void aUnionOfManyIsTheUnionOfEach() {
        List<FieldSet> sets = IntStream.range(0, 17)
                .mapToObj(i -> of(List.of(i, 2 * i, 100 - i)))
                .toList();
        FieldSet one = new FieldSet();
        for (FieldSet set : sets) {
            one = one.union(set);
        }

        assertEquals(one, FieldSet.union(sets));
        assertTrue(FieldSet.union(List.of()).isEmpty());
    }

    /** Given a million elements in falling order / when inserted / then the set is there: one by one into the first place would take hours. */
    @Test
    @Timeout(120)
    void manyInFallingOrderAreSortedOnce() {
        FieldSet set =
                of(IntStream.iterate(1_000_000, i -> i > 0, i -> i - 1).boxed().toList());

        assertTrue(set.has(PathElement.field("k0500000")));
        assertEquals(1_000_000, set.size());
    }
}
