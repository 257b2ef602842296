package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Elements of a list that share a merge key because the merge key is only a part of what identifies them: the ports 53/TCP and 53/UDP.
 * Kubernetes merges such elements into one and loses the other. Here each one stays, or the patch is refused; see ADR 0206.
 *
 * <p>A patch that a client computed says in {@code $setElementOrder} how many elements with a key it wants, and which of the object's
 * it pairs with which of its own is known. A patch that was written by hand says which element it means by the rest of the key.
 */
final class SharedKeys {
    /** Maximum elements of a patch or of a list that share a key: each is compared with each. */
    static final int MAX_SHARED = 64;

    /** Maximum elements of a list that clients of all ages sort alike: Go's sort is by insertion, which reverses equal ones. */
    private static final int MAX_PAIRED = 6;

    /** The rest of a key, by merge key, as the map lists of Kubernetes' schemas ({@code x-kubernetes-list-map-keys}) have it. */
    private static final Map<String, Rest> RESTS = Map.of(
            "port", new Rest("protocol", "TCP", "nodePort"),
            "containerPort", new Rest("protocol", "TCP", ""),
            "topologyKey", new Rest("whenUnsatisfiable", "", ""));

    /**
     * @param standard the value of an element that has none
     * @param given a field that the cluster gives, empty if there is none
     */
    private record Rest(String field, String standard, String given) {
        String of(ObjectNode element) {
            JsonNode value = element.path(field);
            return value.isTextual() ? value.textValue() : standard;
        }
    }

    /** Merges a patch into an element, both without a key of their own. */
    interface Merging {
        ObjectNode merge(@Nullable ObjectNode element, ObjectNode patch) throws PatchException;
    }

    private final String key;
    private final Rest rest;
    private final KeyedList list;
    private final Merging merging;

    /** How many elements with a key the client wants, null if it does not say. */
    private final @Nullable Map<String, Integer> wanted;

    /** The elements of the patch for each key that elements share. */
    private final Map<String, List<ObjectNode>> patches;

    private SharedKeys(
            String key,
            Rest rest,
            KeyedList list,
            Merging merging,
            @Nullable Map<String, Integer> wanted,
            Map<String, List<ObjectNode>> patches) {
        this.key = key;
        this.rest = rest;
        this.list = list;
        this.merging = merging;
        this.wanted = wanted;
        this.patches = patches;
    }

    /**
     * Merges the elements of a patch whose keys are shared, and gives those that are left.
     *
     * @param list the list of the object; is changed
     * @param key the merge key
     * @param order the patch's {@code $setElementOrder}, null if it has none
     */
    static List<JsonNode> merge(KeyedList list, ArrayNode patch, String key, @Nullable ArrayNode order, Merging merging)
            throws PatchException {
        Rest rest = RESTS.get(key);
        List<JsonNode> left = new ArrayList<>();
        if (rest == null) {
            patch.forEach(left::add);
            return left;
        }
        Map<String, Integer> wanted = order == null ? null : counts(order, key);
        Map<String, Integer> patched = counts(patch, key);
        Map<String, List<ObjectNode>> patches = new LinkedHashMap<>();
        for (JsonNode element : patch) {
            String identity = ElementOrder.identity(element, key);
            boolean shared = list.count(element) > 1
                    || patched.getOrDefault(identity, 0) > 1
                    || wanted != null && wanted.getOrDefault(identity, 0) > 1;
            if (shared && element instanceof ObjectNode object && object.has(key)) {
                patches.computeIfAbsent(identity, _ -> new ArrayList<>(2)).add(object);
            } else {
                left.add(element);
            }
        }
        new SharedKeys(key, rest, list, merging, wanted, patches).run();
        return left;
    }

    private static Map<String, Integer> counts(ArrayNode list, String key) {
        Map<String, Integer> counts = new HashMap<>();
        list.forEach(element -> counts.merge(ElementOrder.identity(element, key), 1, Integer::sum));
        return counts;
    }

    private void run() throws PatchException {
        for (Map.Entry<String, List<ObjectNode>> group : patches.entrySet()) {
            ObjectNode any = group.getValue().getFirst();
            if (group.getValue().size() > MAX_SHARED || list.count(any) > MAX_SHARED) {
                throw PatchException.unfit("more than %d elements have %s %s"
                        .formatted(MAX_SHARED, key, any.path(key).asText()));
            }
            boolean distinct = distinct(list.all(any));
            List<ObjectNode> deletions = new ArrayList<>();
            List<ObjectNode> changes = new ArrayList<>();
            for (ObjectNode element : group.getValue()) {
                (StrategicMerge.deletes(element) ? deletions : changes).add(element);
            }
            if (wanted == null) {
                written(any, deletions, changes);
            } else {
                computed(any, deletions, changes, wanted.getOrDefault(group.getKey(), 0));
            }
            if (distinct && !distinct(list.all(any))) {
                throw unclear(any, "would give two of them the same " + rest.field());
            }
        }
    }

    private boolean distinct(List<ObjectNode> elements) {
        Set<String> seen = new HashSet<>();
        return elements.stream().allMatch(element -> seen.add(rest.of(element)));
    }

    /**
     * Kubernetes' clients sort both lists by the merge key, which reverses elements with equal keys; pair what they want with what there
     * is; leave out pairs that are equal; and add what has no partner.
     *
     * @see <a
     *     href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/strategicpatch/patch.go">diffListsOfMaps</a>
     */
    private void computed(ObjectNode any, List<ObjectNode> deletions, List<ObjectNode> changes, int wanted)
            throws PatchException {
        List<ObjectNode> live = list.all(any).reversed();
        if (!deletions.isEmpty()) {
            if (wanted > 0) {
                throw unclear(any, "does not say which it deletes");
            }
            live.forEach(list::remove);
        }
        boolean unpaired = live.size() + changes.size() == wanted;
        boolean allPaired = changes.size() == wanted && (live.size() < 2 || list.size() <= MAX_PAIRED);
        // A null comes from another list, that of the fields to delete, of which clients merge the elements by the key
        // alone.
        boolean merged =
                changes.stream().anyMatch(change -> change.valueStream().anyMatch(JsonNode::isNull));
        if (!changes.isEmpty() && (merged || !unpaired && !allPaired)) {
            throw unclear(any, "does not say which it changes");
        }
        pair(unpaired ? List.of() : live, changes, given(live));
    }

    /** What the cluster gave to each of these elements, by the rest of its key. */
    private Map<String, JsonNode> given(List<ObjectNode> elements) {
        Map<String, JsonNode> given = new HashMap<>();
        elements.forEach(element -> given.put(rest.of(element), element.path(rest.given())));
        return given;
    }

    /** Merges each change into its partner, if there is one. What the cluster gave stays with the rest of the key. */
    private void pair(List<ObjectNode> live, List<ObjectNode> changes, Map<String, JsonNode> given)
            throws PatchException {
        for (int i = 0; i < changes.size(); i++) {
            boolean chosen = changes.get(i).has(rest.given());
            ObjectNode merged = put(i < live.size() ? live.get(i) : null, changes.get(i));
            if (!chosen && !rest.given().isEmpty()) {
                merged.remove(rest.given());
                JsonNode before = given.getOrDefault(rest.of(merged), MissingNode.getInstance());
                if (!before.isMissingNode()) {
                    merged.set(rest.given(), before);
                }
            }
        }
    }

    private void written(ObjectNode any, List<ObjectNode> deletions, List<ObjectNode> changes) throws PatchException {
        for (ObjectNode deletion : deletions) {
            boolean all = deletions.size() >= list.all(any).size();
            if (!deletion.has(rest.field()) && !all) {
                throw unclear(any, "does not say which it deletes");
            }
            for (ObjectNode element : list.all(any)) {
                if (!deletion.has(rest.field()) || rest.of(element).equals(rest.of(deletion))) {
                    list.remove(element);
                }
            }
        }
        for (ObjectNode change : changes) {
            if (changes.size() == 1
                    && !change.has(rest.field())
                    && list.all(any).size() > 1) {
                throw unclear(any, "does not say which it changes");
            }
            put(
                    list.all(any).stream()
                            .filter(element -> rest.of(element).equals(rest.of(change)))
                            .findFirst()
                            .orElse(null),
                    change);
        }
    }

    private ObjectNode put(@Nullable ObjectNode element, ObjectNode change) throws PatchException {
        ObjectNode merged = merging.merge(element, change);
        if (element == null) {
            list.add(merged);
        }
        return merged;
    }

    private PatchException unclear(ObjectNode any, String why) {
        return PatchException.unfit(
                ("several elements have %s %s, and the patch %s: write a patch with the %s of each, or replace the object")
                        .formatted(key, any.path(key).asText(), why, rest.field()));
    }
}
