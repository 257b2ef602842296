package io.shiplog.projections.image;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is extracted from a kind's objects, prepared once: the paths of its selectable fields and index keys as one tree of names, so that a
 * single pass over an object's bytes finds them all, skips the rest and stops when it has everything.
 */
final class Extraction {
    private final Shared shared;
    private final Step root = new Step();
    private final int wantedAtTop;
    private final String[] fieldNames;
    private final Field[] fields;
    private final int slots;
    private final List<Index<?>> ofLabels;

    /** Where a field finds its value: the first non-empty slot. */
    private record Field(int[] slots, String fallback) {}

    /** A position in an object, with the wanted names below it. */
    private static final class Step {
        private final Map<String, Step> below = new HashMap<>();
        /** Every element of an array. */
        private @Nullable Step each;

        private int slot = -1;
        /** The indexes that have their keys here. */
        private final List<Index<?>> indexes = new ArrayList<>(0);

        private Step each() {
            Step known = each;
            if (known == null) {
                known = new Step();
                each = known;
            }
            return known;
        }
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
        List<Index<?>> indexes = Indexes.of(type);
        ofLabels = indexes.stream().filter(Index::isOfLabels).toList();
        for (Index<?> index : indexes) {
            index.paths().forEach(path -> step(path).indexes.add(index));
        }
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
        step(parts).slot = slot;
        return slot;
    }

    private Step step(List<String> parts) {
        Step step = root;
        for (String part : parts) {
            step = part.equals(Index.EACH) ? step.each() : step.below.computeIfAbsent(part, n -> new Step());
        }
        return step;
    }

    /** The values found in one object. */
    private static final class Found {
        private final ObjectKey object;
        private String uid = "";
        private Map<String, String> labels = Map.of();
        private List<Index.Key<?>> keys = List.of();
        private List<Index<?>> excluded = List.of();
        private boolean deleting;
        private final @Nullable String[] values;

        private Found(ObjectKey object, int slots) {
            this.object = object;
            this.values = new @Nullable String[slots];
        }

        private void add(Index<?> index, String text) {
            Index.Key<?> key = index.read(object, text);
            if (index.isOfLabels()) {
                excluded = key == null || excluded.contains(index) ? excluded : with(excluded, index);
            } else if (key != null && !keys.contains(key)) {
                if (keys.isEmpty()) {
                    keys = new ArrayList<>(2);
                }
                keys.add(key);
            }
        }

        private static List<Index<?>> with(List<Index<?>> indexes, Index<?> index) {
            return indexes.isEmpty()
                    ? List.of(index)
                    : Stream.concat(indexes.stream(), Stream.of(index)).toList();
        }

        /** The keys of the texts, then those of the labels. */
        private List<Index.Key<?>> keys(List<Index<?>> ofLabels) {
            List<Index.Key<?>> all = new ArrayList<>(keys);
            for (Index<?> index : ofLabels) {
                if (!excluded.contains(index)) {
                    all.addAll(index.read(object, labels));
                }
            }
            return List.copyOf(all);
        }
    }

    /**
     * Reads an object.
     *
     * @throws IOException if the bytes are not a JSON object
     */
    StoredObject.Extracted read(ObjectKey key, Json json) throws IOException {
        Found found = new Found(key, slots);
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
        return new StoredObject.Extracted(
                found.uid,
                found.labels,
                fields.length == 0 ? Map.of() : new SmallMap(fieldNames, values(found)),
                found.deleting,
                ofLabels.isEmpty() ? List.copyOf(found.keys) : found.keys(ofLabels));
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
        } else if (token == JsonToken.START_ARRAY && (step.each != null || !step.below.isEmpty())) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(parser, step.each == null ? step.below.get(Integer.toString(i)) : step.each, found);
            }
        } else if (token.isScalarValue()) {
            if (token != JsonToken.VALUE_NULL) {
                found(shared.string(parser.getText()), step, found);
            }
        } else {
            parser.skipChildren();
        }
    }

    private static void found(String text, Step step, Found found) {
        if (step.slot >= 0) {
            found.values[step.slot] = text;
        }
        if (!text.isEmpty()) {
            for (Index<?> index : step.indexes) {
                found.add(index, text);
            }
        }
    }
}
