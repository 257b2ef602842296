package io.shiplog.events.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How patches treat a list or a map: a line of {@code list-semantics.txt}, whose columns are the schema with the field, patch
 * strategy, patch merge key, list type ({@code map:} before a map's type), list keys; {@code -} for none.
 */
record Semantics(String strategy, String mergeKey, String listType, List<String> listKeys) {
    private static final int COLUMNS = 5;
    private static final String NONE = "-";

    static Map<String, Semantics> read() {
        Map<String, Semantics> all = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(
                        Semantics.class.getResourceAsStream("/io/shiplog/events/kind/list-semantics.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line : lines.lines().filter(l -> !l.startsWith("#")).toList()) {
                String[] c = line.split(" ");
                if (c.length != COLUMNS) {
                    throw new IllegalStateException("not a line of list-semantics.txt: " + line);
                }
                all.put(
                        c[0],
                        new Semantics(c[1], c[2], c[3], c[4].equals(NONE) ? List.of() : List.of(c[4].split(";"))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** The lines of {@code defaults.txt}: the schema with the field, and its default as JSON. */
    static Map<String, JsonNode> defaults() {
        Map<String, JsonNode> all = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(
                        Semantics.class.getResourceAsStream("/io/shiplog/events/kind/defaults.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line : lines.lines().filter(l -> !l.startsWith("#")).toList()) {
                int space = line.indexOf(' ');
                all.put(
                        line.substring(0, space),
                        Json.of(line.substring(space + 1)).tree());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    void mark(ObjectNode property) {
        if (listType.startsWith("map:")) {
            markMap(property);
        } else if (!listType.equals(NONE)) {
            property.put("x-kubernetes-list-type", listType);
        }
        if (!listKeys.isEmpty()) {
            ArrayNode keys = property.putArray("x-kubernetes-list-map-keys");
            listKeys.forEach(keys::add);
        }
        if (!mergeKey.equals(NONE)) {
            property.put("x-kubernetes-patch-merge-key", mergeKey);
        }
        if (!strategy.equals(NONE)) {
            property.put("x-kubernetes-patch-strategy", strategy);
        }
    }

    void markMap(ObjectNode schema) {
        schema.put("x-kubernetes-map-type", listType.substring("map:".length()));
    }
}
