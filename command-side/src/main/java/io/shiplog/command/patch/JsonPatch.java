package io.shiplog.command.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * JSON patch.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
 */
final class JsonPatch {
    /** As kube-apiserver's: more operations are refused, not tried. */
    static final int MAX_OPERATIONS = 10_000;

    private JsonPatch() {}

    static JsonNode apply(JsonNode target, JsonNode patch) throws PatchException {
        if (!(patch instanceof ArrayNode operations)) {
            throw PatchException.malformed("error decoding patch: json: cannot unmarshal into jsonpatch.Patch");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw PatchException.tooLarge("The allowed maximum operations in a JSON patch is %d, got %d"
                    .formatted(MAX_OPERATIONS, operations.size()));
        }
        JsonNode document = target;
        for (JsonNode operation : operations) {
            document = step(document, operation);
        }
        return document;
    }

    private static JsonNode step(JsonNode document, JsonNode operation) throws PatchException {
        String op = operation.path("op").asText("");
        JsonPointer path = pointer(operation, "path");
        return switch (op) {
            case "add" -> add(document, path, value(operation));
            case "remove" -> remove(document, path);
            case "replace" -> replace(document, path, value(operation));
            case "move" -> move(document, pointer(operation, "from"), path);
            case "copy" ->
                add(
                        document,
                        path,
                        existing(document, pointer(operation, "from")).deepCopy());
            case "test" -> test(document, path, operation.path("value"));
            default -> throw PatchException.malformed("Unexpected kind: " + op);
        };
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
                return JsonPointer.compile(path.asText());
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

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value) throws PatchException {
        if (path.matches()) {
            return value;
        }
        switch (existing(document, path.head())) {
            case ObjectNode object -> object.set(path.last().getMatchingProperty(), value);
            case ArrayNode array -> array.insert(index(array, path, array.size()), value);
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

    private static JsonNode remove(JsonNode document, JsonPointer path) throws PatchException {
        existing(document, path);
        if (path.matches()) {
            return MissingNode.getInstance();
        }
        switch (existing(document, path.head())) {
            case ObjectNode object -> object.remove(path.last().getMatchingProperty());
            case ArrayNode array -> array.remove(index(array, path, array.size() - 1));
            default -> throw missing(path);
        }
        return document;
    }

    private static JsonNode replace(JsonNode document, JsonPointer path, JsonNode value) throws PatchException {
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

    private static JsonNode move(JsonNode document, JsonPointer from, JsonPointer path) throws PatchException {
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
