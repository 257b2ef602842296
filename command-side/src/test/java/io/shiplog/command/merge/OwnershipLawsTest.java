package io.shiplog.command.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.merge.Ownership.Applied;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The laws of apply, on random configurations of real kinds. A failure prints the seed. */
class OwnershipLawsTest {
    private static final int ROUNDS = 300;
    private static final List<Schema.Struct> TYPES = List.of(
            type("", "ConfigMap"),
            type("", "Pod"),
            type("", "Service"),
            type("apps", "Deployment"),
            type("batch", "Job"));

    private static Schema.Struct type(String group, String kind) {
        return Objects.requireNonNull(Schemas.builtIn().of(group, "v1", kind));
    }

    private static void rounds(BiConsumer<Schema.Struct, RandomConfigs> law) {
        Long given = Long.getLong("ownership.seed");
        long first = given == null ? System.nanoTime() : given;
        for (long seed = first; seed < first + (given == null ? ROUNDS : 1); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Schema.Struct type = TYPES.get(random.nextInt(TYPES.size()));
            try {
                law.accept(type, new RandomConfigs(random));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Downership.seed=" + seed + ", type " + type + ": " + e, e);
            }
        }
    }

    private static Ownership.Write by(String manager, Schema.Struct type) {
        return new Ownership.Write(
                manager,
                "v1",
                "",
                "2026-11-22T10:00:00Z",
                Versions.only("v1", Shape.of(type)),
                Reach.allBut(List.of()));
    }

    private static ObjectNode applied(
            Ownership.Write write, @Nullable ObjectNode live, ObjectNode config, boolean force) {
        Applied applied = Ownership.apply(write, live, config.deepCopy(), force);
        Applied.Merged merged = assertInstanceOf(Applied.Merged.class, applied, () -> applied + " of " + config);
        return stored(merged.object(), merged.managedFields());
    }

    private static ObjectNode stored(ObjectNode object, @Nullable ArrayNode managedFields) {
        ObjectNode stored = object.deepCopy();
        stored.withObject("/metadata").remove("managedFields");
        if (managedFields != null) {
            stored.withObject("/metadata").set("managedFields", managedFields);
        }
        return (ObjectNode) Json.of(stored).tree();
    }

    private static FieldSet fields(ObjectNode object, String manager) {
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return ManagerEntry.parse(entry).fields();
            }
        }
        return new FieldSet();
    }

    @Test
    void fieldsV1RoundTrips() {
        rounds((type, configs) -> {
            FieldSet paths = Comparison.paths(Shape.of(type), configs.of(type));
            assertEquals(
                    Json.of(paths.toJson()),
                    Json.of(FieldSet.parse(Json.of(paths.toJson()).tree()).toJson()));
        });
    }

    @Test
    void setsFollowTheLawsOfSets() {
        rounds((type, configs) -> {
            FieldSet a = Comparison.paths(Shape.of(type), configs.of(type));
            FieldSet b = Comparison.paths(Shape.of(type), configs.of(type));
            assertEquals(a.union(b), b.union(a));
            assertEquals(a.intersection(b), b.intersection(a));
            assertEquals(a, a.difference(b).union(a.intersection(b)));
            assertTrue(a.difference(b).intersection(b).isEmpty());
            assertEquals(
                    a.size() + b.size(), a.union(b).size() + a.intersection(b).size());
            assertTrue(a.difference(a).isEmpty() && a.without(a).isEmpty());
        });
    }

    @Test
    void nothingDiffersFromItself() {
        rounds((type, configs) -> {
            ObjectNode object = configs.of(type);
            assertTrue(Comparison.of(Shape.of(type), object, object.deepCopy()).isEmpty());
        });
    }

    @Test
    void comparedTheOtherWayRoundWhatIsNewIsGone() {
        rounds((type, configs) -> {
            ObjectNode a = configs.of(type);
            ObjectNode b = configs.of(type);
            Comparison there = Comparison.of(Shape.of(type), a, b);
            Comparison back = Comparison.of(Shape.of(type), b, a);
            // What is gone on the way back is new on the way there; the rest has another value, both ways.
            assertTrue(back.removed().difference(there.changed()).isEmpty());
            assertEquals(
                    there.changed().difference(back.removed()), back.changed().difference(there.removed()));
        });
    }

    @Test
    void aMergeHasAllOfTheConfigurationAndRemovesNothing() {
        rounds((type, configs) -> {
            Shape shape = Shape.of(type);
            ObjectNode live = configs.of(type);
            ObjectNode config = configs.of(type);
            JsonNode merged = Merging.merge(shape, live, config);
            assertEquals(
                    Comparison.paths(shape, config),
                    Comparison.paths(shape, config)
                            .intersection(Comparison.paths(shape, merged).union(emptyOf(shape, config))));
            assertTrue(Comparison.of(shape, live, merged).removed().isEmpty());
            assertEquals(merged, Merging.merge(shape, merged, config));
            assertEquals(live, Merging.merge(shape, live, JsonNodeFactory.instance.objectNode()));
        });
    }

    /** Empty objects are paths of a configuration, and no more where the live object has fields in them. */
    private static FieldSet emptyOf(Shape shape, ObjectNode config) {
        FieldSet set = new FieldSet();
        Comparison.paths(shape, config).forEach(path -> {
            JsonNode at = config;
            FieldSet into = set;
            for (int i = 0; i < path.size(); i++) {
                String name = path.get(i).fieldName();
                at = name == null ? item(at, path.get(i), shapeAt(shape, path.subList(0, i))) : at.path(name);
                if (i < path.size() - 1) {
                    into = into.child(path.get(i));
                } else if (at.isObject() && at.isEmpty()) {
                    into.insert(path.get(i));
                }
            }
        });
        return set;
    }

    private static Shape shapeAt(Shape shape, List<PathElement> path) {
        Shape at = shape;
        for (PathElement element : path) {
            String name = element.fieldName();
            at = name == null ? at.element() : at.field(name);
        }
        return at;
    }

    private static JsonNode item(JsonNode list, PathElement element, Shape shape) {
        for (JsonNode item : list) {
            if (shape.item(item).equals(element)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void applyingTwiceChangesNothing() {
        rounds((type, configs) -> {
            ObjectNode config = configs.of(type);
            ObjectNode other = configs.of(type);
            ObjectNode live = applied(by("two", type), applied(by("one", type), null, other, false), config, true);
            assertEquals(live, applied(by("two", type), live, config, false));
        });
    }

    @Test
    void eachPathThatAnApplyTakesByForceHasOneOwner() {
        rounds((type, configs) -> {
            ObjectNode live = applied(by("one", type), null, configs.of(type), false);
            ObjectNode config = configs.of(type);
            Applied tried = Ownership.apply(by("two", type), live, config.deepCopy(), false);
            ObjectNode forced = applied(by("two", type), live, config, true);
            FieldSet lost = fields(live, "one").difference(fields(forced, "one"));
            if (tried instanceof Applied.Conflicting conflicting) {
                Set<String> paths = new HashSet<>();
                conflicting.conflicts().forEach(conflict -> paths.add(conflict.field()));
                Set<String> taken = new HashSet<>();
                lost.forEach(path -> taken.add(FieldSet.text(path)));
                assertTrue(taken.containsAll(paths), () -> taken + " and " + paths);
            } else {
                assertTrue(lost.isEmpty(), lost::toString);
            }
        });
    }

    @Test
    void anUpdateOwnsWhatItChangesAndNobodyElseDoes() {
        rounds((type, configs) -> {
            ObjectNode live = applied(by("one", type), null, configs.of(type), false);
            ObjectNode next = configs.of(type);
            ArrayNode entries = Ownership.updated(by("two", type), live, MissingNode.getInstance(), next);
            ObjectNode updated = stored(next, entries);
            ObjectNode bare = live.deepCopy();
            bare.withObject("/metadata").remove("managedFields");
            Comparison comparison = Comparison.of(Shape.of(type), bare, next);
            FieldSet one = fields(updated, "one");
            FieldSet two = fields(updated, "two");
            assertTrue(one.intersection(two).isEmpty(), () -> one + " and " + two);
            assertTrue(two.difference(comparison.changed()).isEmpty());
            assertEquals(fields(live, "one").difference(comparison.changed()).difference(comparison.removed()), one);
        });
    }

    @Test
    void anEmptyApplyRemovesExactlyWhatTheManagerAloneOwned() {
        rounds((type, configs) -> {
            ObjectNode first = configs.of(type);
            ObjectNode before = applied(by("one", type), null, first, false);
            ObjectNode both = applied(by("two", type), before, configs.of(type), true);
            ObjectNode left = applied(by("two", type), both, JsonNodeFactory.instance.objectNode(), true);
            FieldSet kept = fields(both, "one");
            FieldSet gone =
                    Comparison.of(Shape.of(type), bare(both), bare(left)).removed();
            assertTrue(gone.intersection(kept).isEmpty(), () -> "of the other: " + gone.intersection(kept));
            assertTrue(fields(left, "two").isEmpty(), () -> "still owned: " + fields(left, "two"));
            assertEquals(kept, fields(left, "one"));
        });
    }

    @Test
    void theOnlyManagerRemovesEverythingThatItApplied() {
        rounds((type, configs) -> {
            ObjectNode live = applied(by("one", type), null, configs.of(type), false);
            ObjectNode left = applied(by("one", type), live, JsonNodeFactory.instance.objectNode(), false);
            for (String part : List.of("spec", "status", "data", "binaryData")) {
                assertTrue(scalars(left.path(part)).isEmpty(), () -> "left of the " + part + ": " + left.path(part));
            }
            assertEquals("", left.path("metadata").path("labels").path("a").asText(""));
        });
    }

    @Test
    void aTransferChangesTheOwnerAndNothingElse() {
        rounds((type, configs) -> {
            ObjectNode config = configs.of(type);
            ObjectNode before = applied(by("one", type), null, config, false);
            ObjectNode shared = applied(by("two", type), before, config, false);
            ObjectNode moved = applied(by("one", type), shared, JsonNodeFactory.instance.objectNode(), false);
            assertEquals(bare(before), bare(moved));
            assertEquals(fields(before, "one"), fields(moved, "two"));
            assertTrue(fields(moved, "one").isEmpty());
        });
    }

    @Test
    void aResetForgetsOwnersAndNothingElse() {
        rounds((type, configs) -> {
            ObjectNode live = applied(by("one", type), null, configs.of(type), false);
            for (String reset : List.of("[]", "[{}]", "[{\"manager\":\"\"}]")) {
                ArrayNode entries =
                        Ownership.updated(by("two", type), live, Json.of(reset).tree(), bare(live));
                assertEquals(bare(live), stored(bare(live), entries), reset);
            }
        });
    }

    @Test
    void aListWithTwoItemsOfOneKeyIsNeverApplied() {
        rounds((type, configs) -> {
            ObjectNode config = configs.of(type);
            if (config.at("/metadata/ownerReferences").isMissingNode()) {
                config.withObject("/metadata")
                        .withArray("ownerReferences")
                        .addObject()
                        .put("uid", "u");
            }
            ArrayNode owners = config.withObject("/metadata").withArray("ownerReferences");
            owners.add(owners.get(0).deepCopy());
            Applied applied = Ownership.apply(by("one", type), null, config, true);
            String why = assertInstanceOf(Applied.Misshapen.class, applied).why();
            assertTrue(why.contains(".metadata.ownerReferences: duplicate entries for key [uid="), why);
        });
    }

    private static List<JsonNode> scalars(JsonNode node) {
        if (node.isValueNode()) {
            return List.of(node);
        }
        List<JsonNode> found = new ArrayList<>();
        node.forEach(child -> found.addAll(scalars(child)));
        return found;
    }

    private static ObjectNode bare(ObjectNode object) {
        ObjectNode bare = object.deepCopy();
        bare.withObject("/metadata").remove("managedFields");
        return bare;
    }
}
