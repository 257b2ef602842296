package io.shiplog.projections.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.live.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IndexImageTest {
    private static final int OBJECTS = 200;
    private static final int KEYS = 9;
    private static final List<Index<String>> INDEXES = List.of(Indexes.OWNER, Indexes.NODE, Indexes.NODE_PORT);

    private static final ObjectKey POD = Story.pod("web");

    static IntStream seeds() {
        return new Random().ints(5);
    }

    /** Given random changes / when an index is asked / then it answers as a search through all objects does, in every version. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyVersionAgreesWithASearch(int seed) {
        Random random = new Random(seed);
        Map<ObjectKey, List<Index.Key<?>>> objects = new TreeMap<>();
        IndexImage image = IndexImage.EMPTY;
        List<IndexImage> versions = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int turn = 0; turn < 2_000; turn++) {
            ObjectKey object = Story.pod("pod-" + random.nextInt(OBJECTS));
            List<Index.Key<?>> after = random.nextInt(4) == 0 ? List.of() : keys(random);
            image = image.evolve(object, objects.getOrDefault(object, List.of()), after);
            objects.put(object, after);
            if (turn % 100 == 0) {
                versions.add(image);
                answers.add(searched(objects));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertEquals(answers.get(i), found(versions.get(i)), "version " + i);
        }
    }

    private static List<Index.Key<?>> keys(Random random) {
        List<Index.Key<?>> keys = new ArrayList<>();
        for (Index<String> index : INDEXES) {
            for (int i = random.nextInt(3); i > 0; i--) {
                Index.Key<String> key = index.at("k" + random.nextInt(KEYS));
                if (!keys.contains(key)) {
                    keys.add(key);
                }
            }
        }
        return List.copyOf(keys);
    }

    private static String found(IndexImage image) {
        StringBuilder text = new StringBuilder();
        for (Index<String> index : INDEXES) {
            for (int i = 0; i < KEYS; i++) {
                text.append(image.get(index, "k" + i));
            }
        }
        return text.toString();
    }

    private static String searched(Map<ObjectKey, List<Index.Key<?>>> objects) {
        StringBuilder text = new StringBuilder();
        for (Index<String> index : INDEXES) {
            for (int i = 0; i < KEYS; i++) {
                Index.Key<String> key = index.at("k" + i);
                text.append(objects.entrySet().stream()
                        .filter(object -> object.getValue().contains(key))
                        .map(Map.Entry::getKey)
                        .toList());
            }
        }
        return text.toString();
    }

    @Test
    void aChangeThatLeavesTheKeysAloneLeavesTheIndexesAlone() {
        IndexImage image = IndexImage.EMPTY.evolve(POD, List.of(), List.of(Indexes.NODE.at("n1")));

        assertSame(image, image.evolve(POD, List.of(Indexes.NODE.at("n1")), List.of(Indexes.NODE.at("n1"))));
    }

    @Test
    void anIndexWithoutObjectsHasNone() {
        assertEquals(List.of(), IndexImage.EMPTY.get(Indexes.CLAIM, POD));
    }
}
