package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeText;
import java.util.List;

/** The kind Change: one event of the log. It is served and never stored, so no catalogue has it. */
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
            column("Actor", "", "Who asked for it.", 0, ChangeText::asked),
            column("What", "", "What happened to the object.", 0, ChangeText::happened),
            column("Object", "", "The object, as kind/name.", 0, ChangeText::object),
            column("Fields", "", "What it changed of the object.", 0, ChangeText::fields),
            column("Verb", "", "What was asked.", 1, change -> text(change, "verb")),
            column(
                    "Cause",
                    "",
                    "The event that made a process manager ask for it.",
                    1,
                    change -> text(change, "cause")),
            column("Correlation", "", "The user's command at the root.", 1, change -> text(change, "correlation")));

    /** What discovery, routing and tables need to know of it. */
    public static final KindDescription DESCRIPTION = KindDescription.draft(
                    GROUP, VERSION, "Change", "changes", Scope.NAMESPACED)
            .shortNames("chg")
            .columns(COLUMNS)
            .done();

    /** In its one version. */
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
