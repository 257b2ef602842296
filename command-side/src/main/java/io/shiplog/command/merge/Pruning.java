package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a manager applied last time, does not apply now, and no other manager owns.
 *
 * @param entries the managers, the applying one with what it applies now
 */
record Pruning(Ownership.Write write, List<ManagerEntry> entries) {

    /** The merged object without what only the last apply of this manager had. */
    ObjectNode prune(ObjectNode merged, ManagerEntry last) {
        String version = last.manager().apiVersion();
        Shape shape = write.versions().shape(version);
        if (shape == null || last.fields().isEmpty()) {
            return merged;
        }
        ObjectNode whole = convert(merged, write.apiVersion(), version);
        FieldSet lastFields = last.fields().withNamedFields(shape);
        ObjectNode pruned = object(Merging.remove(shape, whole, lastFields));
        pruned = withOwned(whole, pruned, version);
        // Removes only what this manager owned: fields without an owner stay.
        FieldSet before = Comparison.paths(shape, whole).withNamedFields(shape);
        FieldSet after = Comparison.paths(shape, pruned).withNamedFields(shape);
        FieldSet gone = before.difference(after).intersection(lastFields);
        return convert(object(Merging.remove(shape, whole, gone)), version, write.apiVersion());
    }

    /** Adds back what any manager owns, first in the version of the last apply. */
    private ObjectNode withOwned(ObjectNode whole, ObjectNode pruned, String version) {
        Map<String, List<FieldSet>> owned = new LinkedHashMap<>();
        owned.put(version, new ArrayList<>());
        entries.forEach(entry -> owned.computeIfAbsent(entry.manager().apiVersion(), other -> new ArrayList<>())
                .add(entry.fields()));
        ObjectNode result = pruned;
        for (Map.Entry<String, List<FieldSet>> each : owned.entrySet()) {
            Shape shape = write.versions().shape(each.getKey());
            FieldSet fields = FieldSet.union(each.getValue());
            if (shape == null || fields.isEmpty()) {
                continue;
            }
            ObjectNode theirs = convert(whole, version, each.getKey());
            ObjectNode left = convert(result, version, each.getKey());
            FieldSet all = Comparison.paths(shape, theirs).withNamedFields(shape);
            FieldSet stays =
                    Comparison.paths(shape, left).withNamedFields(shape).union(fields.withNamedFields(shape));
            result = convert(object(Merging.remove(shape, theirs, all.difference(stays))), each.getKey(), version);
        }
        return result;
    }

    private ObjectNode convert(ObjectNode object, String from, String to) {
        return from.equals(to) ? object : write.versions().convert(object.deepCopy(), from, to);
    }

    private static ObjectNode object(@Nullable JsonNode node) {
        return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }
}
