package io.shiplog.projections.history.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueTreeTest {
    private static final ValuePath LIST = ValuePath.ROOT.member("list");

    private static ObjectNode tree(String json) {
        return (ObjectNode) Json.of(json.replace('\'', '"')).tree();
    }

    @Test
    void aValueIsFoundByFieldsAndItems() {
        ValueTree tree = new ValueTree(tree("{'list':[{'name':'a','v':1},{'name':'b','v':2}],'x':{'y':null}}"));

        assertEquals("2", String.valueOf(tree.get(LIST.item("name", "b").member("v"))));
        assertEquals(null, tree.get(LIST.item("name", "c").member("v")));
        assertEquals(null, tree.get(ValuePath.ROOT.member("x").member("y")));
        assertEquals(null, tree.get(ValuePath.ROOT.member("no").member("y")));
    }

    @Test
    void whatHoldsAValueIsMade() {
        ObjectNode object = tree("{'text':'t'}");
        ValueTree tree = new ValueTree(object);

        assertEquals(true, tree.set(ValuePath.ROOT.member("a").member("b"), tree("{'c':1}")));
        assertEquals(true, tree.set(LIST.item("name", "x"), tree("{'name':'x'}")));
        assertEquals(false, tree.set(ValuePath.ROOT.member("text").member("b"), tree("{}")));
        assertEquals(true, tree.set(ValuePath.ROOT.member("none").member("b"), null));

        assertEquals(tree("{'text':'t','a':{'b':{'c':1}},'list':[{'name':'x'}]}"), object);
    }

    /** Against looking through the list each time. */
    @Test
    void theIndexFollowsEveryChange() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ObjectNode object = tree("{'list':[]}");
            ArrayNode list = (ArrayNode) object.get("list");
            for (int i = random.nextInt(6); i > 0; i--) {
                list.add(item(random));
            }
            ValueTree tree = new ValueTree(object);
            for (int i = 0; i < 20; i++) {
                String key = random.nextInt(5) == 0 ? "type" : "name";
                String value = "n" + random.nextInt(5);
                ValuePath path = LIST.item(key, value);
                assertEquals(first(list, key, value), tree.get(path), () -> "seed " + seed);
                switch (random.nextInt(4)) {
                    case 0 -> tree.set(path, null);
                    case 1 -> tree.set(path, item(random));
                    case 2 -> tree.set(path.member("v"), Json.of("7").tree());
                    default ->
                        tree.set(
                                path.member(key),
                                Json.of("\"n" + random.nextInt(5) + "\"").tree());
                }
            }
        }
    }

    private static JsonNode item(Random random) {
        return tree("{'name':'n%d','type':'n%d'}".formatted(random.nextInt(5), random.nextInt(5)));
    }

    private static @Nullable JsonNode first(ArrayNode list, String key, String value) {
        return list.valueStream()
                .filter(item -> item.path(key).asText("").equals(value))
                .findFirst()
                .orElse(null);
    }

    @Test
    void aSetOfPathsTouchesWhatOneOfThemTouches() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<ValuePath> paths = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                paths.add(path(random));
            }
            PathSet set = new PathSet(paths);
            ValuePath sought = path(random);
            assertEquals(paths.stream().anyMatch(sought::touches), set.touches(sought), () -> "seed " + seed);
        }
    }

    private static ValuePath path(Random random) {
        ValuePath path = ValuePath.ROOT;
        for (int i = random.nextInt(4); i > 0; i--) {
            path = random.nextBoolean()
                    ? path.member("m" + random.nextInt(2))
                    : path.item("name", "n" + random.nextInt(2));
        }
        return path;
    }
}
