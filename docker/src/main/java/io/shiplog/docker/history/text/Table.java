package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Table of the API as kubectl prints it. */
public final class Table {
    private static final String GAP = "   ";

    private Table() {}

    /** The text; empty for a table without rows. */
    public static String text(JsonNode table, boolean wide, boolean withNamespace) {
        List<Integer> shown = new ArrayList<>();
        List<String> head = new ArrayList<>();
        if (withNamespace) {
            head.add("NAMESPACE");
        }
        for (int i = 0; i < table.path("columnDefinitions").size(); i++) {
            JsonNode column = table.path("columnDefinitions").path(i);
            if (wide || column.path("priority").asInt() == 0) {
                shown.add(i);
                head.add(column.path("name").asText().toUpperCase(Locale.ROOT));
            }
        }
        List<List<String>> lines = new ArrayList<>(List.of(head));
        for (JsonNode row : table.path("rows")) {
            List<String> line = new ArrayList<>();
            if (withNamespace) {
                line.add(row.path("object").path("metadata").path("namespace").asText());
            }
            shown.forEach(i -> line.add(row.path("cells").path(i).asText()));
            lines.add(line);
        }
        return lines.size() == 1 ? "" : aligned(lines);
    }

    /** Rows of equally many cells, as lines. */
    static String aligned(List<List<String>> lines) {
        StringBuilder text = new StringBuilder();
        int columns = lines.getFirst().size();
        int[] widths = new int[columns];
        lines.forEach(line -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                row.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length()))
                        .append(GAP);
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
