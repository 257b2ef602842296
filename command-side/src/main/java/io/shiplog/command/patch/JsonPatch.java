package io.shiplog.command.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;

/**
 * JSON patch. What a patch makes of a document is bounded: bytes copied, depth, and elements moved.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
 */
final class JsonPatch {
    /** As kube-apiserver's: more operations are refused, not tried. */
    static final int MAX_OPERATIONS = 10_000;

    /** What all copies of a patch may come to, in bytes; as kube-apiserver's. A few operations that copy what they copied double it each time. */
    static final int MAX_COPIED_BYTES = 3 * 1024 * 1024;

    /** How deep a document may nest: what is deeper could not be read again. */
    static final int MAX_DEPTH = 190;

    /** How many elements may be moved to make and close gaps in lists. */
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

    private JsonNode copy(JsonNode value) throws PatchException {
        copied += size(value, MAX_COPIED_BYTES - copied);
        if (copied > MAX_COPIED_BYTES) {
            throw PatchException.unfit(
                    "Unable to complete the copy, the accumulated size increase of copy is %d, exceeding the limit %d"
                            .formatted(copied, MAX_COPIED_BYTES));
        }
        return value.deepCopy();
    }

    /** About how many bytes a value takes as text; not counted further than a limit. */
    private static long size(JsonNode value, long limit) {
        long size = value.isTextual() ? value.textValue().length() + 2L : SMALL;
        if (value.isContainerNode()) {
            Iterator<Map.Entry<String, JsonNode>> fields = value.properties().iterator();
            Iterator<JsonNode> elements = value.isArray() ? value.elements() : Collections.emptyIterator();
            while (size <= limit && (fields.hasNext() || elements.hasNext())) {
                if (fields.hasNext()) {
                    Map.Entry<String, JsonNode> field = fields.next();
                    size += field.getKey().length() + 4L + size(field.getValue(), limit - size);
                } else {
                    size += 1 + size(elements.next(), limit - size);
                }
            }
        }
        return size;
    }

    private static final int SMALL = 4;

    /** Refuses a value that would nest too deep where it is put. */
    private static void requireShallow(JsonPointer path, JsonNode value) throws PatchException {
        if (isDeeper(value, MAX_DEPTH - depth(path))) {
            throw PatchException.unfit("the document would be nested deeper than %d levels".formatted(MAX_DEPTH));
        }
    }

    private static int depth(JsonPointer path) {
        int depth = 0;
        for (JsonPointer rest = path; !rest.matches(); rest = rest.tail()) {
            depth++;
        }
        return depth;
    }

    private static boolean isDeeper(JsonNode value, int levels) {
        if (levels < 0) {
            return true;
        }
        if (value.isContainerNode()) {
            for (JsonNode child : value) {
                if (isDeeper(child, levels - 1)) {
                    return true;
                }
            }
        }
        return false;
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
                if (text.chars().filter(c -> c == '/').count() > MAX_DEPTH) {
                    throw PatchException.unfit("the path is deeper than %d levels".formatted(MAX_DEPTH));
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
        requireShallow(path, value);
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

    /** The index that a path ends with, at most {@code max}; {@code -} is the end of the list. */
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
