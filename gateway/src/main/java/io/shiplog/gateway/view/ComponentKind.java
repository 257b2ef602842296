package io.shiplog.gateway.view;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ComponentStatuses: read only, and never stored. */
public final class ComponentKind {
    /** What every answer warns of. */
    public static final String DEPRECATED = "v1 ComponentStatus is deprecated in v1.19+";

    /** Its description for discovery, tables and selectors. */
    public static final KindDescription DESCRIPTION = KindDescription.draft(
                    "", "v1", "ComponentStatus", "componentstatuses", Scope.CLUSTER)
            .shortNames("cs")
            .columns(List.of(
                    MetaColumns.NAME,
                    text("Status", "Status of the component conditions", (status, now) -> health(status)),
                    text("Message", "Message of the component conditions", (status, now) -> of(status, "message")),
                    text("Error", "Error of the component conditions", (status, now) -> of(status, "error"))))
            .deprecated(DEPRECATED)
            .done();

    /** In its only version. */
    public static final ServedKind SERVED = new ServedKind(DESCRIPTION, "v1");

    private ComponentKind() {}

    private static String health(JsonNode status) {
        return of(status, "status").equals("True") ? "Healthy" : "Unhealthy";
    }

    private static String of(JsonNode status, String field) {
        return status.path("conditions").path(0).path(field).asText("");
    }
}
