package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.TreeSize;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * JSON patch, as kube-apiserver reads it: {@code replace} adds a field that is absent, negative indexes count from the end of a
 * list, an operation without a value gives null. The result of a patch is bounded: bytes copied, depth, and elements moved.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
 * @see <a href="https://github.com/evanphx/json-patch">evanphx/json-patch</a>, which kube-apiserver uses with its defaults
 */
final class JsonPatch {
    /** As kube-apiserver's limit: more operations are refused. */
    static final int MAX_OPERATIONS = 10_000;

    /** Maximum bytes copied by a patch; as kube-apiserver's. Copies of copies double each time. */
    static final int MAX_COPIED_BYTES = 3 * 1024 * 1024;

    /** Maximum elements moved by insertions and removals in lists. */
    private static final long MAX_MOVED = 20_000_000;

    private long copied;
    private long moved;
    private final Consumer<ObjectNode> touched;

    private JsonPatch(Consumer<ObjectNode> touched) {
        this.touched = touched;
    }

    /**
     * Applies a patch.
     *
     * @param target changed
     * @param touched gets the objects that the patch opens
     */
    static JsonNode apply(JsonNode target, JsonNode patch, Consumer<ObjectNode> touched) throws PatchException {
        if (patch.isNull()) {
            return target;
        }
        if (!(patch instanceof ArrayNode operations)) {
            throw undecodable(patch, "Patch");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw PatchException.tooLarge("The allowed maximum operations in a JSON patch is %d, got %d"
                    .formatted(MAX_OPERATIONS, operations.size()));
        }
        for (JsonNode operation : operations) {
            if (!operation.isObject() && !operation.isNull()) {
                throw undecodable(operation, "Operation");
            }
        }
        JsonPatch run = new JsonPatch(touched);
        JsonNode document = target;
        for (JsonNode operation : operations) {
            document = run.step(document, operation);
        }
        // Moved values may nest deeper than any text that can be parsed.
        requireShallow(TreeSize.of(document, Long.MAX_VALUE, ClientJson.MAX_DEPTH));
        return document;
    }

    private static PatchException undecodable(JsonNode node, String type) {
        String form = node.getNodeType() == JsonNodeType.BOOLEAN
                ? "bool"
                : node.getNodeType().name().toLowerCase(Locale.ROOT);
        return PatchException.malformed(
                "json: cannot unmarshal %s into Go value of type jsonpatch.%s".formatted(form, type));
    }

    private JsonNode step(JsonNode document, JsonNode operation) throws PatchException {
        JsonNode op = operation.path("op");
        JsonNode value = operation.path("value");
        switch (op.isTextual() ? op.textValue() : "unknown") {
            case "add" -> add(place(document, operation, "path"), value);
            case "remove" -> remove(place(document, operation, "path"));
            case "replace" -> {
                return replace(document, operation, value);
            }
            case "move" -> {
                Place from = place(document, operation, "from");
                JsonNode moved = get(from);
                remove(from);
                add(place(document, operation, "path"), moved);
            }
            case "copy" -> {
                JsonNode found = get(place(document, operation, "from"));
                add(place(document, operation, "path"), copy(found));
            }
            case "test" -> test(document, operation, value);
            default ->
                throw PatchException.inapplicable("Unexpected kind: " + (op.isTextual() ? op.textValue() : "unknown"));
        }
        return document;
    }

    /** Measures before it copies: a value copied into itself doubles with each operation. */
    private JsonNode copy(JsonNode value) throws PatchException {
        TreeSize size = TreeSize.of(value, MAX_COPIED_BYTES - copied, ClientJson.MAX_DEPTH);
        copied += size.bytes();
        if (copied > MAX_COPIED_BYTES) {
            throw PatchException.unfit(
                    "Unable to complete the copy, the accumulated size increase of copy is %d, exceeding the limit %d"
                            .formatted(copied, MAX_COPIED_BYTES));
        }
        requireShallow(size);
        return value.deepCopy();
    }

    /** A deeper tree could not be parsed again, and recursive code would overflow the stack. */
    private static void requireShallow(TreeSize size) throws PatchException {
        if (size.depth() > ClientJson.MAX_DEPTH) {
            throw PatchException.unfit("the patched document exceeds max depth " + ClientJson.MAX_DEPTH);
        }
    }

    private void move(int elements) throws PatchException {
        moved += elements;
        if (moved > MAX_MOVED) {
            throw PatchException.unfit("too many changes in the middle of long lists");
        }
    }

    /** Where a path ends: a field of an object, or an element of a list. */
    private record Place(JsonNode parent, String key, String path) {}

    /**
     * The place of a path, which need not exist; all before it must.
     *
     * @param field of the operation: {@code path} or {@code from}
     */
    private Place place(JsonNode document, JsonNode operation, String field) throws PatchException {
        String path = text(operation, field);
        if (path.chars().filter(c -> c == '/').count() > ClientJson.MAX_DEPTH) {
            throw PatchException.unfit("a path exceeds max depth " + ClientJson.MAX_DEPTH);
        }
        // As kube-apiserver: what stands before the first slash is ignored.
        String[] keys = path.split("/", -1);
        if (keys.length < 2) {
            throw missing(path);
        }
        JsonNode parent = document;
        touch(parent);
        for (int i = 1; i < keys.length - 1; i++) {
            parent = get(new Place(parent, unescaped(keys[i]), path));
            touch(parent);
            if (!parent.isContainerNode()) {
                throw missing(path);
            }
        }
        return new Place(parent, unescaped(keys[keys.length - 1]), path);
    }

    private void touch(JsonNode node) {
        if (node instanceof ObjectNode object) {
            touched.accept(object);
        }
    }

    private void touchAll(JsonNode node) {
        touch(node);
        node.forEach(this::touchAll);
    }

    private static String text(JsonNode operation, String field) throws PatchException {
        JsonNode text = operation.path(field);
        if (!text.isTextual()) {
            throw PatchException.inapplicable(
                    "%s operation has no %s".formatted(operation.path("op").asText(), field));
        }
        return text.textValue();
    }

    private static String unescaped(String key) {
        return key.replace("~1", "/").replace("~0", "~");
    }

    private static PatchException missing(String path) {
        return PatchException.inapplicable("unable to find path \"%s\"".formatted(path));
    }

    /** The value there; missing if the object has no such field, null included. */
    private static JsonNode get(Place place) throws PatchException {
        JsonNode found = place.parent() instanceof ArrayNode array
                ? array.get(index(array, place, array.size() - 1))
                : place.parent().path(place.key());
        return found.isNull() ? MissingNode.getInstance() : found;
    }

    private void add(Place place, JsonNode value) throws PatchException {
        JsonNode given = value.isMissingNode() ? NullNode.getInstance() : value;
        switch (place.parent()) {
            case ObjectNode object -> object.set(place.key(), given);
            case ArrayNode array -> {
                int index = place.key().equals("-") ? array.size() : index(array, place, array.size());
                move(array.size() - index);
                array.insert(index, given);
            }
            default -> throw missing(place.path());
        }
    }

    /** The index of a list's element, from 0 to {@code last}; a negative one counts from the end, so that -1 is the last. */
    private static int index(ArrayNode array, Place place, int last) throws PatchException {
        try {
            int index = Integer.parseInt(place.key());
            int counted = index < 0 ? index + last + 1 : index;
            if (counted >= 0 && counted <= last) {
                return counted;
            }
        } catch (NumberFormatException e) {
            // Answered below, as an index beyond the list.
        }
        throw PatchException.inapplicable(
                "invalid index \"%s\" in \"%s\" for a list of %d".formatted(place.key(), place.path(), array.size()));
    }

    private void remove(Place place) throws PatchException {
        switch (place.parent()) {
            case ObjectNode object -> {
                if (object.remove(place.key()) == null) {
                    throw missing(place.path());
                }
            }
            case ArrayNode array -> {
                int index = index(array, place, array.size() - 1);
                move(array.size() - index);
                array.remove(index);
            }
            default -> throw missing(place.path());
        }
    }

    /** Sets a field whether it exists or not, as kube-apiserver; an element of a list must exist. */
    private JsonNode replace(JsonNode document, JsonNode operation, JsonNode value) throws PatchException {
        if (text(operation, "path").isEmpty()) {
            if (!value.isContainerNode()) {
                throw PatchException.inapplicable("replace operation value must be object or array");
            }
            return value;
        }
        Place place = place(document, operation, "path");
        JsonNode given = value.isMissingNode() ? NullNode.getInstance() : value;
        switch (place.parent()) {
            case ObjectNode object -> object.set(place.key(), given);
            case ArrayNode array -> array.set(index(array, place, array.size() - 1), given);
            default -> throw missing(place.path());
        }
        return document;
    }

    private void test(JsonNode document, JsonNode operation, JsonNode value) throws PatchException {
        String path = text(operation, "path");
        JsonNode found = path.isEmpty() ? document : get(place(document, operation, "path"));
        boolean bothAbsent = found.isMissingNode() && (value.isMissingNode() || value.isNull());
        if (!bothAbsent && !found.equals(value)) {
            throw PatchException.inapplicable("testing value %s failed".formatted(path));
        }
        touchAll(found);
    }
}
