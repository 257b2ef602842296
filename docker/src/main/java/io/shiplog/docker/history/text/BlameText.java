package io.shiplog.docker.history.text;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.text.ChangeText;
import io.shiplog.projections.history.text.ChangeText.Shown;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Blame in git's style: to the left of each line of YAML, who set it. */
public final class BlameText {
    private static final int SHOWN_OF_COMMAND = 8;
    private static final String UNKNOWN = "(before the log begins, or unreadable)";

    private final ChangeLine line;

    private final Shown shown;

    /** @param zone of displayed times */
    public BlameText(ZoneId zone, Shown shown) {
        this.line = new ChangeLine(zone, shown);
        this.shown = shown;
    }

    /** The text of a Blame's status. */
    public String of(JsonNode status) {
        Map<JsonPointer, Author> authors = new HashMap<>();
        status.path("fields")
                .forEach(field ->
                        authors.put(JsonPointer.compile(field.path("pointer").asText()), author(field)));
        Walk walk = new Walk(authors);
        walk.node(Manifest.shown((ObjectNode) status.path("object"), shown), JsonPointer.empty(), "", "");
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

    /** Who set a value, or each line of a multi-line one. */
    private record Author(String whole, List<String> lines) {
        /** @param line from 0; of a value with as many lines as authors */
        String of(int line) {
            return line < lines.size() ? lines.get(line) : whole;
        }
    }

    private Author author(JsonNode field) {
        List<String> lines = new ArrayList<>();
        field.path("lines").forEach(each -> lines.add(text(each)));
        return new Author(text(field), lines);
    }

    private String text(JsonNode field) {
        if (!field.has("revision")) {
            return UNKNOWN;
        }
        String command = field.path("command").asText();
        return "%-7s %s  %-24s %-6s %-8s %s"
                .formatted(
                        "#" + field.path("revision").asText(),
                        line.time(field.path("time").asText()),
                        ChangeText.line(ChangeText.asked(field)),
                        field.path("verb").asText(),
                        command.substring(0, Math.min(SHOWN_OF_COMMAND, command.length())),
                        ChangeText.line(field.path("fieldManager").asText("")))
                .stripTrailing();
    }

    private record Line(String author, String yaml) {}

    /** Walks an object in YAML's layout: lists are indented like their key. */
    private static final class Walk {
        private final Map<JsonPointer, Author> authors;
        private final List<Line> lines = new ArrayList<>();

        Walk(Map<JsonPointer, Author> authors) {
            this.authors = authors;
        }

        /**
         * @param first the prefix of the first line: the indent, or an item's dash
         * @param indent the prefix of the others
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
            Author author = author(at);
            String before = first;
            List<String> yaml = Manifest.yaml(single).lines().toList();
            // A text in block style is written below its key, one line each.
            boolean block = author != null
                    && author.lines().size() > 1
                    && yaml.size() == author.lines().size() + 1;
            for (int i = 0; i < yaml.size(); i++) {
                String each = yaml.get(i);
                String text = each.endsWith(without) ? each.substring(0, each.length() - without.length()) : each;
                String by = author == null ? "" : !block ? author.whole() : i == 0 ? "" : author.of(i - 1);
                lines.add(new Line(by, before + text));
                before = indent;
            }
        }

        /** Of the value itself, or of its list. */
        private @Nullable Author author(JsonPointer at) {
            for (@Nullable JsonPointer each = at; each != null; each = each.head()) {
                Author author = authors.get(each);
                if (author != null) {
                    return author;
                }
            }
            return null;
        }
    }
}
