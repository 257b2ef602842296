package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Columns that many kinds share, and their cells. */
final class MetaColumns {
    static final String NONE = "<none>";
    static final String UNKNOWN = "<unknown>";
    static final String UNSET = "<unset>";

    static final Column NAME = new Column(
            "Name",
            "string",
            "name",
            "Name must be unique within a namespace. Is required when creating resources, although some resources may allow"
                    + " a client to request the generation of an appropriate name automatically. Name is primarily intended"
                    + " for creation idempotence and configuration definition. Cannot be updated. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            0,
            (object, now) -> object.path("metadata").path("name").asText());

    static final Column AGE = new Column(
            "Age",
            "string",
            "",
            "CreationTimestamp is a timestamp representing the server time when this object was created. It is not"
                    + " guaranteed to be set in happens-before order across separate operations. Clients may not set this"
                    + " value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null"
                    + " for lists. More info:"
                    + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            0,
            (object, now) -> HumanDuration.since(
                    object.path("metadata").path("creationTimestamp").asText(), now));

    /** The API server's default columns for a kind without its own. */
    static final List<Column> NAME_AND_AGE = List.of(
            NAME,
            new Column(
                    "Created At",
                    "date",
                    "",
                    AGE.description(),
                    0,
                    (object, now) ->
                            object.path("metadata").path("creationTimestamp").asText()));

    private MetaColumns() {}

    /** A text column that is always shown. */
    static Column text(String name, String description, Column.Cell cell) {
        return new Column(name, "string", "", description, 0, cell);
    }

    /** A text column for {@code -o wide}. */
    static Column wide(String name, String description, Column.Cell cell) {
        return new Column(name, "string", "", description, 1, cell);
    }

    /** A column of whole numbers. */
    static Column number(String name, String description, Column.Cell cell) {
        return new Column(name, "integer", "", description, 0, cell);
    }

    /** The text, or a placeholder if it is empty. */
    static String textOr(JsonNode node, String absent) {
        String text = node.asText("");
        return text.isEmpty() ? absent : text;
    }

    /** {@code a=1,b=2} in the order of keys, or {@code <none>}. */
    static String labels(JsonNode map) {
        List<String> parts = new ArrayList<>();
        map.properties().forEach(e -> parts.add(e.getKey() + "=" + e.getValue().asText()));
        parts.sort(null);
        return parts.isEmpty() ? NONE : String.join(",", parts);
    }
}
