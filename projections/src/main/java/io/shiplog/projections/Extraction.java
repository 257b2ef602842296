package io.shiplog.projections;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is extracted from a kind's objects, prepared once: the paths of its selectable fields as one tree of names, so that a
 * single pass over an object's bytes finds them all, skips the rest and stops when it has everything.
 */
final class Extraction {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final FieldPath NODE = FieldPath.of("spec.nodeName");

    private final Shared shared;
    private final Step root = new Step();
    private final int wantedAtTop;
    private final String[] fieldNames;
    private final Field[] fields;
    private final int slots;
    /** The slot of spec.nodeName, or -1 for other kinds than pods. */
    private final int nodeSlot;

    /** Where a field finds its value: the first non-empty slot. */
    private record Field(int[] slots, String fallback) {}

    /** A position in an object, with the wanted names below it. */
    private static final class Step {
        private final Map<String, Step> below = new HashMap<>();
        private int slot = -1;
    }

    private Extraction(ResourceType type, @Nullable KindDescription kind, Shared shared) {
        this.shared = shared;
        Map<List<String>, Integer> slotOf = new HashMap<>();
        List<String> names = new ArrayList<>();
        List<Field> values = new ArrayList<>();
        if (kind != null) {
            kind.fields().forEach((name, path) -> {
                names.add(name);
                values.add(field(path, slotOf));
            });
        }
        nodeSlot = type.equals(PODS) ? field(NODE, slotOf).slots[0] : -1;
        slots = slotOf.size();
        fieldNames = names.toArray(String[]::new);
        fields = values.toArray(Field[]::new);
        root.below.computeIfAbsent("metadata", n -> new Step());
        wantedAtTop = root.below.size();
    }

    static Extraction of(ResourceType type, @Nullable KindDescription kind, Shared shared) {
        return new Extraction(type, kind, shared);
    }

    private Field field(FieldPath path, Map<List<String>, Integer> slotOf) {
        int[] ofPaths = path.paths().stream()
                .mapToInt(parts -> slotOf.computeIfAbsent(parts, p -> put(p, slotOf.size())))
                .toArray();
        return new Field(ofPaths, path.fallback());
    }

    private int put(List<String> parts, int slot) {
        Step step = root;
        for (String part : parts) {
            step = step.below.computeIfAbsent(part, n -> new Step());
        }
        step.slot = slot;
        return slot;
    }

    /** The values found in one object. */
    static final class Found {
        String uid = "";
        Map<String, String> labels = Map.of();
        Map<String, String> fields = Map.of();
        List<String> ownerUids = List.of();

        @Nullable String node;

        boolean deleting;

        private final @Nullable String[] values;

        private Found(int slots) {
            this.values = new @Nullable String[slots];
        }
    }

    /**
     * Reads an object.
     *
     * @throws IOException if the bytes are not a JSON object
     */
    Found read(Json json) throws IOException {
        Found found = new Found(slots);
        try (JsonParser parser = Json.MAPPER.createParser(json.utf8())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            int toFind = wantedAtTop;
            while (toFind > 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                Step step = root.below.get(name);
                parser.nextToken();
                if (name.equals("metadata")) {
                    metadata(parser, root.below.get(name), found);
                } else {
                    value(parser, step, found);
                }
                toFind -= step == null ? 0 : 1;
            }
        }
        if (fields.length > 0) {
            found.fields = new SmallMap(fieldNames, values(found));
        }
        if (nodeSlot >= 0) {
            String node = found.values[nodeSlot];
            found.node = node == null || node.isEmpty() ? null : node;
        }
        return found;
    }

    private String[] values(Found found) {
        String[] values = new String[fields.length];
        for (int i = 0; i < fields.length; i++) {
            values[i] = fields[i].fallback;
            for (int slot : fields[i].slots) {
                String text = found.values[slot];
                if (text != null && !text.isEmpty()) {
                    values[i] = text;
                    break;
                }
            }
        }
        return values;
    }

    private void metadata(JsonParser parser, @Nullable Step step, Found found) throws IOException {
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "uid" -> found.uid = token.isScalarValue() ? parser.getText() : skipped(parser);
                case "labels" -> found.labels = labels(parser);
                case "ownerReferences" -> found.ownerUids = owners(parser);
                case "deletionTimestamp" -> {
                    found.deleting = token != JsonToken.VALUE_NULL;
                    parser.skipChildren();
                }
                default -> value(parser, step == null ? null : step.below.get(name), found);
            }
        }
    }

    private static String skipped(JsonParser parser) throws IOException {
        parser.skipChildren();
        return "";
    }

    private Map<String, String> labels(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return Map.of();
        }
        String[] keys = new String[4];
        String[] values = new String[4];
        int count = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, count * 2);
                values = Arrays.copyOf(values, count * 2);
            }
            keys[count] = shared.string(parser.currentName());
            JsonToken token = parser.nextToken();
            values[count++] = token.isScalarValue() ? shared.string(parser.getText()) : skipped(parser);
        }
        return count == 0
                ? Map.of()
                : new SmallMap(shared.keys(Arrays.copyOf(keys, count)), Arrays.copyOf(values, count));
    }

    private List<String> owners(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            parser.skipChildren();
            return List.of();
        }
        List<String> uids = new ArrayList<>(1);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.isExpectedStartObjectToken()) {
                parser.skipChildren();
                continue;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean uid = parser.currentName().equals("uid");
                if (parser.nextToken().isScalarValue() && uid) {
                    uids.add(shared.string(parser.getText()));
                } else {
                    parser.skipChildren();
                }
            }
        }
        return List.copyOf(uids);
    }

    private void value(JsonParser parser, @Nullable Step step, Found found) throws IOException {
        JsonToken token = parser.currentToken();
        if (step == null) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT && !step.below.isEmpty()) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Step next = step.below.get(parser.currentName());
                parser.nextToken();
                value(parser, next, found);
            }
        } else if (token == JsonToken.START_ARRAY && !step.below.isEmpty()) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(parser, step.below.get(Integer.toString(i)), found);
            }
        } else if (token.isScalarValue()) {
            if (step.slot >= 0 && token != JsonToken.VALUE_NULL) {
                found.values[step.slot] = shared.string(parser.getText());
            }
        } else {
            parser.skipChildren();
        }
    }
}
