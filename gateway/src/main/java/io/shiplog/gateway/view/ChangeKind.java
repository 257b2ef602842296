package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.text.ChangeText;
import java.util.List;

/** The kind Change: one event of the log. It is served and never stored, so it is in no catalogue. */
public final class ChangeKind {
    public static final String GROUP = "history.shiplog.io";
    public static final String VERSION = "v1";
    public static final ResourceType TYPE = new ResourceType(GROUP, "changes");

    private static final List<Column> COLUMNS = List.of(
            column(
                    "Revision",
                    "name",
                    "The event's number in its shard of the log.",
                    0,
                    change -> text(change.path("metadata"), "name")),
            column(
                    "Time",
                    "",
                    "When it was decided, by the writer's clock.",
                    0,
                    change -> text(change.path("metadata"), "creationTimestamp")),
            column("Actor", "", "The user.", 0, ChangeText::asked),
            column("What", "", "The type of change.", 0, ChangeText::happened),
            column("Object", "", "The object, as kind/name.", 0, ChangeText::object),
            column("Fields", "", "The changed fields.", 0, ChangeText::fields),
            column("Verb", "", "The operation.", 1, change -> text(change, "verb")),
            column("Cause", "", "The event that caused a controller's command.", 1, change -> text(change, "cause")),
            column("Correlation", "", "The user's command at the root.", 1, change -> text(change, "correlation")));

    /** Its description for discovery, routing and tables. */
    public static final KindDescription DESCRIPTION = KindDescription.draft(
                    GROUP, VERSION, "Change", "changes", Scope.NAMESPACED)
            .shortNames("chg")
            .columns(COLUMNS)
            .done();

    /** In its only version. */
    public static final ServedKind SERVED = new ServedKind(DESCRIPTION, VERSION);

    private ChangeKind() {}

    private interface Text {
        String of(JsonNode change);
    }

    private static Column column(String name, String format, String description, int priority, Text cell) {
        return new Column(name, "string", format, description, priority, (change, now) -> cell.of(change));
    }

    private static String text(JsonNode change, String field) {
        return change.path(field).asText("");
    }
}
