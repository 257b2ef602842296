package io.shiplog.docker.story;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.ChangeText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Blame as git would print it: to the left of each line of YAML, who set what stands there. */
final class BlameText {
    private static final int SHOWN_OF_COMMAND = 8;
    private static final String UNKNOWN = "(before the log begins, or unreadable)";

    private final ChangeLine line;

    /** @param zone in which times are shown */
    BlameText(ZoneId zone) {
        this.line = new ChangeLine(zone);
    }

    /** The text of a Blame's status. */
    String of(JsonNode status) {
        Map<JsonPointer, String> authors = new HashMap<>();
        status.path("fields")
                .forEach(field ->
                        authors.put(JsonPointer.compile(field.path("pointer").asText()), author(field)));
        Walk walk = new Walk(authors);
        walk.node(Manifest.uncounted((ObjectNode) status.path("object")), JsonPointer.empty(), "", "");
        int width =
                walk.lines.stream().mapToInt(each -> each.author.length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        if (status.path("deleted").asBoolean()) {
            text.append("# deleted at revision %s; its last state:%n"
                    .formatted(status.path("revision").asText()));
        }
        walk.lines.forEach(each -> text.append(each.author)
                .append(" ".repeat(width - each.author.length()))
                .append(" │ ")
                .append(each.yaml)
                .append('\n'));
        return text.toString();
    }

    private String author(JsonNode field) {
        if (!field.has("revision")) {
            return UNKNOWN;
        }
        String command = field.path("command").asText();
        return "%-7s %s  %-24s %-6s %s"
                .formatted(
                        "#" + field.path("revision").asText(),
                        line.time(field.path("time").asText()),
                        ChangeText.actor(field.path("actor").asText()),
                        field.path("verb").asText(),
                        command.substring(0, Math.min(SHOWN_OF_COMMAND, command.length())));
    }

    private record Line(String author, String yaml) {}

    /** Goes through an object as YAML is written: lists stand as deep as the key that holds them. */
    private static final class Walk {
        private final Map<JsonPointer, String> authors;
        private final List<Line> lines = new ArrayList<>();

        Walk(Map<JsonPointer, String> authors) {
            this.authors = authors;
        }

        /**
         * @param first what stands before the first line: the indent, or an item's dash
         * @param indent what stands before the others
         */
        void node(JsonNode node, JsonPointer at, String first, String indent) {
            String before = first;
            if (node.isObject()) {
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    JsonPointer below = at.appendProperty(field.getKey());
                    JsonNode value = field.getValue();
                    if (value.isContainerNode() && !value.isEmpty()) {
                        add(Json.MAPPER.createObjectNode().putNull(field.getKey()), below, before, indent, " null");
                        String deeper = value.isObject() ? indent + "  " : indent;
                        node(value, below, deeper, deeper);
                    } else {
                        add(Json.MAPPER.createObjectNode().set(field.getKey(), value), below, before, indent, "");
                    }
                    before = indent;
                }
            } else {
                for (int i = 0; i < node.size(); i++) {
                    JsonNode item = node.get(i);
                    JsonPointer below = at.appendIndex(i);
                    if (item.isContainerNode() && !item.isEmpty()) {
                        node(item, below, before + "- ", indent + "  ");
                    } else {
                        add(Json.MAPPER.createArrayNode().add(item), below, before, indent, "");
                    }
                    before = indent;
                }
            }
        }

        private void add(JsonNode single, JsonPointer at, String first, String indent, String without) {
            String author = author(at);
            String before = first;
            for (String each : Manifest.yaml(single).lines().toList()) {
                String yaml = each.endsWith(without) ? each.substring(0, each.length() - without.length()) : each;
                lines.add(new Line(author, before + yaml));
                before = indent;
            }
        }

        /** Of the value itself, or of the list that it is part of. */
        private String author(JsonPointer at) {
            for (@Nullable JsonPointer each = at; each != null; each = each.head()) {
                String author = authors.get(each);
                if (author != null) {
                    return author;
                }
            }
            return "";
        }
    }
}
