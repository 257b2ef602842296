package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Columns that many kinds share, and their cells. */
public final class MetaColumns {
    /** How many items fit into a cell. */
    private static final int SHOWN = 3;

    public static final String NONE = "<none>";
    public static final String UNKNOWN = "<unknown>";
    public static final String UNSET = "<unset>";

    public static final Column NAME = new Column(
            "Name",
            "string",
            "name",
            "Name must be unique within a namespace. Is required when creating resources, although some resources may allow"
                    + " a client to request the generation of an appropriate name automatically. Name is primarily intended"
                    + " for creation idempotence and configuration definition. Cannot be updated. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            0,
            (object, now) -> object.path("metadata").path("name").asText());

    public static final Column AGE = new Column(
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
    public static final List<Column> NAME_AND_AGE = List.of(
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
    public static Column text(String name, String description, Column.Cell cell) {
        return new Column(name, "string", "", description, 0, cell);
    }

    /** A text column for {@code -o wide}. */
    public static Column wide(String name, String description, Column.Cell cell) {
        return new Column(name, "string", "", description, 1, cell);
    }

    /** A column of whole numbers. */
    public static Column number(String name, String description, Column.Cell cell) {
        return new Column(name, "integer", "", description, 0, cell);
    }

    /** The text, or a placeholder if it is empty. */
    public static String textOr(JsonNode node, String absent) {
        String text = node.asText("");
        return text.isEmpty() ? absent : text;
    }

    /** {@code a=1,b=2} in the order of keys, or {@code <none>}. */
    public static String labels(JsonNode map) {
        List<String> parts = new ArrayList<>();
        map.properties().forEach(e -> parts.add(e.getKey() + "=" + e.getValue().asText()));
        parts.sort(null);
        return parts.isEmpty() ? NONE : String.join(",", parts);
    }

    /** The first items, separated by commas, and how many more there are: {@code a,b,c + 2 more...}. */
    public static String shortened(List<String> all) {
        String shown = String.join(",", all.subList(0, Math.min(all.size(), SHOWN)));
        return all.size() > SHOWN ? "%s + %d more...".formatted(shown, all.size() - SHOWN) : shown;
    }
}
