package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Column;
import io.shiplog.gateway.outcome.Checked;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Objects as rows of a table: the output of {@code kubectl get}.
 *
 * @param version of meta.k8s.io: v1 or v1beta1
 * @param include the part of the object that each row includes
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Tables</a>
 */
public record TableForm(ServedKind served, String version, Include include, InstantSource clock) implements Form {

    /** What each row includes: {@code includeObject}. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    static Checked<Form> of(ServedKind served, String version, String includeObject, InstantSource clock) {
        return switch (includeObject) {
            case "", "Metadata" -> Checked.ok(new TableForm(served, version, Include.METADATA, clock));
            case "None" -> Checked.ok(new TableForm(served, version, Include.NONE, clock));
            case "Object" -> Checked.ok(new TableForm(served, version, Include.OBJECT, clock));
            default ->
                Checked.bad(
                        "Unable to convert to Table as requested: includeObject: Invalid value: \"%s\": must be 'Metadata', 'Object', 'None', or empty"
                                .formatted(includeObject));
        };
    }

    private List<Column> columns() {
        return served.kind().columns();
    }

    private ObjectNode table(ObjectNode metadata, boolean withColumns) {
        ObjectNode table = Json.MAPPER.createObjectNode();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/" + version);
        table.set("metadata", metadata);
        if (withColumns) {
            ArrayNode definitions = table.putArray("columnDefinitions");
            for (Column column : columns()) {
                ObjectNode definition = definitions.addObject();
                definition.put("name", column.name());
                definition.put("type", column.type());
                definition.put("format", column.format());
                definition.put("description", column.description());
                definition.put("priority", column.priority());
            }
        } else {
            table.putNull("columnDefinitions");
        }
        return table;
    }

    private ObjectNode row(JsonNode object, Json stored, Instant now) {
        ObjectNode row = Json.MAPPER.createObjectNode();
        ArrayNode cells = row.putArray("cells");
        for (Column column : columns()) {
            cells.addPOJO(column.cell().value(object, now));
        }
        switch (include) {
            case NONE -> row.putNull("object");
            case METADATA -> row.set("object", MetadataForm.partial(object, version));
            case OBJECT -> row.set("object", served.shown(stored).tree());
        }
        return row;
    }

    private static ObjectNode metadata(JsonNode object) {
        ObjectNode metadata = Json.MAPPER.createObjectNode();
        metadata.set("resourceVersion", object.path("metadata").path("resourceVersion"));
        return metadata;
    }

    @Override
    public Json single(Json stored) {
        return Json.ofUtf8(watched(stored, true, clock.instant()));
    }

    @Override
    public byte[] listHead(ListHead head) {
        ObjectNode table = table(head.metadata(), true);
        byte[] closed = Json.of(table).utf8();
        byte[] rows = ",\"rows\":[".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] open = java.util.Arrays.copyOf(closed, closed.length - 1 + rows.length);
        System.arraycopy(rows, 0, open, closed.length - 1, rows.length);
        return open;
    }

    @Override
    public byte[] item(Json stored, Instant now) {
        return Json.of(row(stored.tree(), stored, now)).utf8();
    }

    @Override
    public byte[] listTail() {
        return ObjectForm.tail();
    }

    @Override
    public byte[] watched(Json stored, boolean first, Instant now) {
        JsonNode object = stored.tree();
        ObjectNode table = table(metadata(object), first);
        table.putArray("rows").add(row(object, stored, now));
        return Json.of(table).utf8();
    }

    @Override
    public byte[] bookmark(long revision, boolean endsInitialEvents, boolean first) {
        JsonNode object = Json.ofUtf8(ObjectForm.bookmarkTree(
                        "PartialObjectMetadata", "meta.k8s.io/" + version, revision, endsInitialEvents))
                .tree();
        ObjectNode table = table(metadata(object), first);
        ObjectNode row = table.putArray("rows").addObject();
        ArrayNode cells = row.putArray("cells");
        columns().forEach(column -> cells.add(""));
        row.set("object", object);
        return Json.of(table).utf8();
    }
}
