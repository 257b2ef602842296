package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code metadata.managedFields}: which fields a manager owns, and how it came by them. Its field set is parsed when
 * it is first needed; an entry that does not change is written back as it was.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">Field management</a>
 */
final class ManagerEntry {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /** As Kubernetes sorts them: updates after appliers, the oldest first. */
    static final Comparator<ManagerEntry> ORDER = Comparator.comparing(
                    (ManagerEntry entry) -> entry.manager.operation())
            .thenComparingLong(ManagerEntry::seconds)
            .thenComparing(entry -> entry.manager.name())
            .thenComparing(entry -> entry.manager.apiVersion())
            .thenComparing(entry -> entry.manager.subresource());

    private final Manager manager;
    private final @Nullable String time;
    private final @Nullable ObjectNode source;
    private @Nullable FieldSet fields;

    private ManagerEntry(
            Manager manager, @Nullable String time, @Nullable ObjectNode source, @Nullable FieldSet fields) {
        this.manager = manager;
        this.time = time;
        this.source = source;
        this.fields = fields;
    }

    /**
     * A manager's way of writing.
     *
     * @param name the field manager
     * @param operation {@code Apply} or {@code Update}
     * @param apiVersion of the object as it was written
     * @param subresource empty for the main resource
     */
    record Manager(String name, String operation, String apiVersion, String subresource) {

        boolean applies() {
            return operation.equals(APPLY);
        }

        /** What tells one entry from another: an applier has one entry, in whatever version it applies. */
        Manager identity() {
            return applies() ? new Manager(name, operation, "", subresource) : this;
        }

        /** For the order of entries of one second, and of conflicts. */
        String sortKey() {
            return String.join("\u0000", name, operation, applies() ? "" : apiVersion, subresource);
        }
    }

    static ManagerEntry of(Manager manager, @Nullable String time, FieldSet fields) {
        return new ManagerEntry(manager, time, null, fields);
    }

    /**
     * Reads an entry.
     *
     * @throws MergeException if it is not one that Kubernetes accepts
     */
    static ManagerEntry parse(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw new MergeException("not an entry");
        }
        Manager manager = new Manager(
                object.path("manager").asText(""),
                object.path("operation").asText(""),
                object.path("apiVersion").asText(""),
                object.path("subresource").asText(""));
        if (!manager.operation().equals(APPLY) && !manager.operation().equals(UPDATE)) {
            throw new MergeException("operation must be `Apply` or `Update`");
        }
        if (manager.apiVersion().isEmpty()) {
            throw new MergeException("apiVersion must not be empty");
        }
        if (!object.path("fieldsType").asText("").equals("FieldsV1")) {
            throw new MergeException("missing or invalid fieldsType");
        }
        JsonNode time = object.path("time");
        return new ManagerEntry(manager, time.isTextual() ? time.asText() : null, object, null);
    }

    Manager manager() {
        return manager;
    }

    /** When it last changed, RFC 3339 in whole seconds. */
    @Nullable String time() {
        return time;
    }

    /** @throws MergeException if they are malformed */
    FieldSet fields() {
        FieldSet set = fields;
        if (set == null) {
            set = source == null ? new FieldSet() : FieldSet.parse(source.path("fieldsV1"));
            fields = set;
        }
        return set;
    }

    /** The same manager with other fields. */
    ManagerEntry with(FieldSet others) {
        return new ManagerEntry(manager, time, null, others);
    }

    long seconds() {
        if (time == null) {
            return 0;
        }
        try {
            return Instant.parse(time).getEpochSecond();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** The entry in Kubernetes' order of fields. */
    ObjectNode json() {
        if (source != null) {
            return source;
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("manager", manager.name());
        json.put("operation", manager.operation());
        json.put("apiVersion", manager.apiVersion());
        if (time != null) {
            json.put("time", time);
        }
        json.put("fieldsType", "FieldsV1");
        json.set("fieldsV1", fields().toJson());
        if (!manager.subresource().isEmpty()) {
            json.put("subresource", manager.subresource());
        }
        return json;
    }
}
