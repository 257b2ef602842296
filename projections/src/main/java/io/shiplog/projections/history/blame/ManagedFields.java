package io.shiplog.projections.history.blame;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.projections.history.PastChange;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which field manager wrote: the program beside the user, from {@code metadata.managedFields} of an event's object.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">Field management</a>
 */
public final class ManagedFields {
    private static final String KEYED = "k:";
    private static final String VALUED = "v:";
    private static final List<String> IDENTITY = List.of("manager", "operation", "apiVersion", "subresource");

    private ManagedFields() {}

    /**
     * The manager of a write: the only one with an entry that the write added, gave fields, or gave a time. An entry that only lost
     * fields is that of a manager whose values the write replaced or removed: it keeps its time.
     *
     * @return empty if there is none such entry or several, or the previous object is unknown
     */
    public static String ofWrite(PastChange change) {
        if (change.event().type().removes() || !change.creates() && change.before() == null) {
            return "";
        }
        JsonNode before = change.before() == null
                ? MissingNode.getInstance()
                : entries(change.before().tree());
        List<String> managers = new ArrayList<>();
        for (JsonNode entry : entries(change.event().object().tree())) {
            if (isWritten(former(before, entry), entry)) {
                managers.add(name(entry));
            }
        }
        return managers.stream().distinct().count() == 1 ? managers.getFirst() : "";
    }

    /**
     * The manager that set a value by an event: of the value's owners after the event the one that wrote at its time, else the
     * first.
     *
     * @param root the object that the pointer is about; its list items may be in another order than those of the event's object
     * @return empty if no manager owns the value, as for values that the server set
     */
    public static String ofValue(Event event, JsonNode root, JsonPointer pointer) {
        String second = event.time().truncatedTo(ChronoUnit.SECONDS).toString();
        String found = "";
        for (JsonNode entry : entries(event.object().tree())) {
            if (owns(entry.path("fieldsV1"), root, pointer)) {
                if (entry.path("time").asText("").equals(second)) {
                    return name(entry);
                }
                found = found.isEmpty() ? name(entry) : found;
            }
        }
        return found;
    }

    private static JsonNode entries(JsonNode object) {
        return object.path("metadata").path("managedFields");
    }

    private static String name(JsonNode entry) {
        return entry.path("manager").asText("");
    }

    /** The same manager's entry for the same operation, version and subresource; a missing node if there is none. */
    private static JsonNode former(JsonNode entries, JsonNode wanted) {
        for (JsonNode entry : entries) {
            if (IDENTITY.stream().allMatch(part -> entry.path(part).equals(wanted.path(part)))) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean isWritten(JsonNode former, JsonNode entry) {
        return former.isMissingNode()
                || !former.path("time").equals(entry.path("time"))
                || gained(former.path("fieldsV1"), entry.path("fieldsV1"));
    }

    private static boolean gained(JsonNode before, JsonNode after) {
        return after.properties().stream()
                .anyMatch(each -> !before.has(each.getKey()) || gained(before.path(each.getKey()), each.getValue()));
    }

    /** An empty set covers all below it: a leaf, or an atomic list or map. */
    private static boolean owns(JsonNode fields, JsonNode root, JsonPointer pointer) {
        JsonNode set = fields;
        JsonNode value = root;
        for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
            if (!set.isObject()) {
                return false;
            }
            if (set.isEmpty()) {
                return rest != pointer;
            }
            JsonNode below =
                    value.isArray() ? value.path(rest.getMatchingIndex()) : value.path(rest.getMatchingProperty());
            set = value.isArray() ? item(set, below) : set.path("f:" + rest.getMatchingProperty());
            value = below;
        }
        return set.isObject();
    }

    /** The set of a list's item, which is named by its keys or its value. */
    private static JsonNode item(JsonNode set, JsonNode item) {
        for (Map.Entry<String, JsonNode> each : set.properties()) {
            String name = each.getKey();
            if (name.startsWith(KEYED) && hasKeys(item, parsed(name.substring(KEYED.length())))
                    || name.startsWith(VALUED) && item.equals(parsed(name.substring(VALUED.length())))) {
                return each.getValue();
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean hasKeys(JsonNode item, @Nullable JsonNode keys) {
        if (keys == null || keys.isEmpty()) {
            return false;
        }
        return keys.properties().stream().allMatch(key -> key.getValue().equals(item.path(key.getKey())));
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
