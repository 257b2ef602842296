package io.shiplog.projections.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {
    private static final int STEPS = 20_000;
    private static final int KEYS = 3_000;

    @Test
    void an_empty_tree_holds_nothing() {
        SortedTree<String> empty = SortedTree.empty();

        assertEquals(0, empty.size());
        assertEquals(List.of(), List.copyOf(empty.all()));
        assertNull(empty.find(at("a")));
        assertSame(empty, empty.minus(at("a")));
    }

    @Test
    void removing_what_is_not_there_gives_the_same_tree() {
        SortedTree<String> tree = SortedTree.<String>empty().plus(at("a"), "a");

        assertSame(tree, tree.minus(at("b")));
        assertEquals(0, tree.minus(at("a")).size());
    }

    @Test
    void elements_in_ascending_and_in_descending_order_all_stay() {
        for (int direction : new int[] {1, -1}) {
            SortedTree<String> tree = SortedTree.empty();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                String key = key(direction > 0 ? i : KEYS - 1 - i);
                tree = tree.plus(at(key), key);
                expected.add(key(i));
            }
            assertEquals(expected, List.copyOf(tree.all()));
        }
    }

    @Test
    void random_changes_agree_with_a_java_tree_and_older_versions_stay_as_they_were() {
        long seed = new Random().nextLong();
        System.out.println("SortedTreeTest seed " + seed);
        Random random = new Random(seed);
        NavigableMap<String, String> expected = new TreeMap<>();
        SortedTree<String> tree = SortedTree.empty();
        SortedTree<String> older = tree;
        List<String> olderElements = List.of();
        for (int step = 0; step < STEPS; step++) {
            String key = key(random.nextInt(KEYS));
            // Waves of growth and of decline, so that nodes split and join.
            if (random.nextInt(100) < (step / 4_000 % 2 == 0 ? 70 : 25)) {
                tree = tree.plus(at(key), key);
                expected.put(key, key);
            } else {
                tree = tree.minus(at(key));
                expected.remove(key);
            }
            if (step % 997 == 0) {
                assertEquals(olderElements, List.copyOf(older.all()), "an older version changed, seed " + seed);
                older = tree;
                olderElements = List.copyOf(expected.values());
                same(expected, tree, key, seed);
            }
        }
        same(expected, tree, key(KEYS / 2), seed);
    }

    private static void same(NavigableMap<String, String> expected, SortedTree<String> tree, String key, long seed) {
        String message = "seed " + seed;
        assertEquals(expected.size(), tree.size(), message);
        assertEquals(List.copyOf(expected.values()), List.copyOf(tree.all()), message);
        assertEquals(expected.get(key), tree.find(at(key)), message);
        var tail = expected.tailMap(key, true).values();
        assertEquals(List.copyOf(tail), List.copyOf(tree.from(at(key))), message);
        assertEquals(tail.size(), tree.from(at(key)).size(), message);
        if (key.compareTo("k-0500") > 0) {
            var middle = expected.subMap("k-0500", true, key, false);
            assertEquals(List.copyOf(middle.values()), List.copyOf(tree.range(at("k-0500"), at(key))), message);
        }
    }

    private static String key(int number) {
        return "k-%04d".formatted(number);
    }

    private static SortedTree.Place<String> at(String key) {
        return element -> element.compareTo(key);
    }
}
