package io.shiplog.command.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.TreeSize;

/**
 * JSON patch. The result of a patch is bounded: bytes copied, depth, and elements moved.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
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

    private JsonPatch() {}

    static JsonNode apply(JsonNode target, JsonNode patch) throws PatchException {
        if (!(patch instanceof ArrayNode operations)) {
            throw PatchException.malformed("error decoding patch: json: cannot unmarshal into jsonpatch.Patch");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw PatchException.tooLarge("The allowed maximum operations in a JSON patch is %d, got %d"
                    .formatted(MAX_OPERATIONS, operations.size()));
        }
        JsonPatch run = new JsonPatch();
        JsonNode document = target;
        for (JsonNode operation : operations) {
            document = run.step(document, operation);
        }
        // Moved values may nest deeper than any text that can be parsed.
        requireShallow(TreeSize.of(document, Long.MAX_VALUE, ClientJson.MAX_DEPTH));
        return document;
    }

    private JsonNode step(JsonNode document, JsonNode operation) throws PatchException {
        String op = operation.path("op").asText("");
        JsonPointer path = pointer(operation, "path");
        return switch (op) {
            case "add" -> add(document, path, value(operation));
            case "remove" -> remove(document, path);
            case "replace" -> replace(document, path, value(operation));
            case "move" -> move(document, pointer(operation, "from"), path);
            case "copy" -> add(document, path, copy(existing(document, pointer(operation, "from"))));
            case "test" -> test(document, path, operation.path("value"));
            default -> throw PatchException.malformed("Unexpected kind: " + op);
        };
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

    private static JsonNode value(JsonNode operation) throws PatchException {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw PatchException.malformed(
                    "%s operation has no value".formatted(operation.path("op").asText()));
        }
        return value;
    }

    private static JsonPointer pointer(JsonNode operation, String field) throws PatchException {
        JsonNode path = operation.path(field);
        try {
            if (path.isTextual()) {
                String text = path.asText();
                if (text.chars().filter(c -> c == '/').count() > ClientJson.MAX_DEPTH) {
                    throw PatchException.unfit("a path exceeds max depth " + ClientJson.MAX_DEPTH);
                }
                return JsonPointer.compile(text);
            }
        } catch (IllegalArgumentException e) {
            throw PatchException.malformed("invalid JSON pointer: " + path.asText());
        }
        throw PatchException.malformed(
                "%s operation has no %s".formatted(operation.path("op").asText(), field));
    }

    private static JsonNode existing(JsonNode document, JsonPointer path) throws PatchException {
        JsonNode node = find(document, path);
        if (node.isMissingNode()) {
            throw missing(path);
        }
        return node;
    }

    private static JsonNode find(JsonNode document, JsonPointer path) {
        return path.matches() ? document : document.at(path);
    }

    private static PatchException missing(JsonPointer path) {
        return PatchException.unfit("unable to find path \"%s\"".formatted(path));
    }

    private JsonNode add(JsonNode document, JsonPointer path, JsonNode value) throws PatchException {
        if (path.matches()) {
            return value;
        }
        switch (existing(document, path.head())) {
            case ObjectNode object -> object.set(path.last().getMatchingProperty(), value);
            case ArrayNode array -> {
                int index = index(array, path, array.size());
                move(array.size() - index);
                array.insert(index, value);
            }
            default -> throw missing(path);
        }
        return document;
    }

    /** The index at the end of a path, at most {@code max}; {@code -} is the end of the list. */
    private static int index(ArrayNode array, JsonPointer path, int max) throws PatchException {
        String text = path.last().getMatchingProperty();
        if (text.equals("-") && max == array.size()) {
            return max;
        }
        int index = path.last().getMatchingIndex();
        if (index < 0 || index > max) {
            throw PatchException.unfit("invalid index \"%s\" in \"%s\"".formatted(text, path));
        }
        return index;
    }

    private JsonNode remove(JsonNode document, JsonPointer path) throws PatchException {
        existing(document, path);
        if (path.matches()) {
            return MissingNode.getInstance();
        }
        switch (existing(document, path.head())) {
            case ObjectNode object -> object.remove(path.last().getMatchingProperty());
            case ArrayNode array -> {
                int index = index(array, path, array.size() - 1);
                move(array.size() - index);
                array.remove(index);
            }
            default -> throw missing(path);
        }
        return document;
    }

    private JsonNode replace(JsonNode document, JsonPointer path, JsonNode value) throws PatchException {
        existing(document, path);
        if (path.matches()) {
            return value;
        }
        switch (existing(document, path.head())) {
            case ObjectNode object -> object.set(path.last().getMatchingProperty(), value);
            case ArrayNode array -> array.set(index(array, path, array.size() - 1), value);
            default -> throw missing(path);
        }
        return document;
    }

    private JsonNode move(JsonNode document, JsonPointer from, JsonPointer path) throws PatchException {
        JsonNode value = existing(document, from);
        if (path.toString().startsWith(from + "/")) {
            throw PatchException.unfit("cannot move \"%s\" into itself".formatted(from));
        }
        return add(remove(document, from), path, value);
    }

    private static JsonNode test(JsonNode document, JsonPointer path, JsonNode value) throws PatchException {
        JsonNode found = find(document, path);
        boolean bothAbsent = (found.isMissingNode() || found.isNull()) && (value.isMissingNode() || value.isNull());
        if (!bothAbsent && !found.equals(value)) {
            throw PatchException.unfit("testing value %s failed".formatted(path));
        }
        return document;
    }
}
