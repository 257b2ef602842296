package io.shiplog.projections.history.diff;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.diff.ValuePath.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two states of an object, field by field. Objects are compared by their fields; lists by their items'
 * key field ({@link ItemKeys}), or as one value if there is none or the items were reordered. Null is equal to absent.
 *
 * <p>Omitted are fields that the server maintains with every write: {@code metadata.resourceVersion}, {@code generation} and
 * {@code managedFields}.
 */
public final class FieldDiff {
    private static final String METADATA = "metadata";
    private static final Set<ValuePath> COUNTED = Set.of(
            ValuePath.ROOT.member(METADATA).member("resourceVersion"),
            ValuePath.ROOT.member(METADATA).member("generation"),
            ValuePath.ROOT.member(METADATA).member("managedFields"));

    /** Conditions and addresses: their order has no meaning, and controllers change it. */
    private static final String OF_CONDITIONS = "type";

    private final List<FieldChange> changes = new ArrayList<>();

    private FieldDiff() {}

    /** The changes that lead from one state to the other, in the order of the fields; null is no object. */
    public static List<FieldChange> between(@Nullable Json before, @Nullable Json after) {
        return between(before == null ? null : before.tree(), after == null ? null : after.tree());
    }

    /** The same for trees. */
    public static List<FieldChange> between(@Nullable JsonNode before, @Nullable JsonNode after) {
        FieldDiff diff = new FieldDiff();
        diff.compare(ValuePath.ROOT, object(before), object(after));
        return List.copyOf(diff.changes);
    }

    /** The changes of an event. An event whose previous object is unknown shows none. */
    public static List<FieldChange> of(PastChange change) {
        return change.previous() == PastChange.UNKNOWN ? List.of() : between(change.before(), change.after());
    }

    /** An absent object is compared as an empty one, so that its fields are shown one by one. */
    private static JsonNode object(@Nullable JsonNode node) {
        ObjectNode object = node instanceof ObjectNode present ? present : JsonNodeFactory.instance.objectNode();
        return object.has(METADATA) ? object : object.deepCopy().set(METADATA, JsonNodeFactory.instance.objectNode());
    }

    private void compare(ValuePath path, @Nullable JsonNode before, @Nullable JsonNode after) {
        JsonNode was = absentIfNull(before);
        JsonNode is = absentIfNull(after);
        if (COUNTED.contains(path) || (was == null ? is == null : was.equals(is))) {
            return;
        }
        if (was != null && was.isObject() && is != null && is.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            was.fieldNames().forEachRemaining(names::add);
            is.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(path.member(name), was.get(name), is.get(name)));
        } else if (was != null && was.isArray() && is != null && is.isArray()) {
            lists(path, was, is);
        } else if (isMap(path, was) && is == null || was == null && isMap(path, is)) {
            compare(path, emptyIfNull(was), emptyIfNull(is));
        } else {
            changes.add(new FieldChange(path, was, is));
        }
    }

    /** Maps change key by key: other users may add to them. An item of a list, and an empty map, change as a whole. */
    private static boolean isMap(ValuePath path, @Nullable JsonNode node) {
        return node != null
                && node.isObject()
                && !node.isEmpty()
                && path.steps().getLast() instanceof Step.Member;
    }

    private static JsonNode emptyIfNull(@Nullable JsonNode node) {
        return node == null ? JsonNodeFactory.instance.objectNode() : node;
    }

    private void lists(ValuePath path, JsonNode was, JsonNode is) {
        String key = ItemKeys.of(was, is);
        if (key == null) {
            changes.add(new FieldChange(path, was, is));
            return;
        }
        Map<String, JsonNode> before = ItemKeys.items(was, key);
        Map<String, JsonNode> after = ItemKeys.items(is, key);
        if (!key.equals(OF_CONDITIONS) && !inOrder(before, after)) {
            changes.add(new FieldChange(path, was, is));
            return;
        }
        Set<String> values = new LinkedHashSet<>(before.keySet());
        values.addAll(after.keySet());
        values.forEach(value -> compare(path.item(key, value), before.get(value), after.get(value)));
    }

    /** Whether the common items have the same order: for init containers, order matters. */
    private static boolean inOrder(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        return before.keySet().stream()
                .filter(after::containsKey)
                .toList()
                .equals(after.keySet().stream().filter(before::containsKey).toList());
    }

    private static @Nullable JsonNode absentIfNull(@Nullable JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode() ? null : node;
    }

    /**
     * A value without parts: the unit of blame.
     *
     * @param pointer to the value in the object, by RFC 6901
     */
    public record Leaf(ValuePath path, JsonPointer pointer, JsonNode value) {}

    /** The leaves of an object, in the object's order. */
    public static List<Leaf> leaves(JsonNode object) {
        List<Leaf> leaves = new ArrayList<>();
        collect(ValuePath.ROOT, JsonPointer.empty(), object, leaves);
        return leaves;
    }

    private static void collect(ValuePath path, JsonPointer pointer, JsonNode node, List<Leaf> leaves) {
        if (COUNTED.contains(path) || node.isNull()) {
            return;
        }
        String key = node.isArray() ? ItemKeys.of(node) : null;
        if (node.isObject() && !node.isEmpty()) {
            node.properties()
                    .forEach(field -> collect(
                            path.member(field.getKey()),
                            pointer.appendProperty(field.getKey()),
                            field.getValue(),
                            leaves));
        } else if (key != null) {
            int index = 0;
            for (JsonNode item : node) {
                collect(path.item(key, item.path(key).asText()), pointer.appendIndex(index++), item, leaves);
            }
        } else {
            leaves.add(new Leaf(path, pointer, node));
        }
    }
}
