package io.shiplog.command.kind.discovery;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.endpoints.EndpointValidation;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;

/** EndpointSlices. */
public final class EndpointSliceKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "AddressType",
                    "addressType specifies the type of address carried by this EndpointSlice.",
                    (slice, now) -> slice.path("addressType").asText()),
            text(
                    "Ports",
                    "ports specifies the list of network ports exposed by each endpoint in this slice.",
                    (slice, now) -> slicePorts(slice.path("ports"))),
            text(
                    "Endpoints",
                    "endpoints is a list of unique endpoints in this slice.",
                    (slice, now) -> sliceEndpoints(slice.path("endpoints"))),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", Scope.NAMESPACED)
                .columns(COLUMNS)
                .done();
    }

    @Override
    public boolean countsLabels() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode slice) {
        for (ObjectNode port : Trees.objects(slice, "ports")) {
            if (!port.has("name")) {
                port.put("name", "");
            }
            Trees.defaultText(port, "protocol", "TCP");
        }
    }

    @Override
    public void validate(ObjectNode slice, FieldErrors errors) {
        EndpointValidation.slice(slice, errors);
    }

    @Override
    public void validateUpdate(ObjectNode slice, ObjectNode old, FieldErrors errors) {
        EndpointValidation.sliceUpdate(slice, old, errors);
    }

    private static String slicePorts(JsonNode ports) {
        List<String> all = new ArrayList<>();
        for (JsonNode port : ports) {
            boolean numbered = port.hasNonNull("port");
            all.add(numbered ? port.path("port").asText() : port.path("name").asText("*"));
        }
        return all.isEmpty() ? MetaColumns.UNSET : MetaColumns.shortened(all);
    }

    private static String sliceEndpoints(JsonNode endpoints) {
        List<String> all = new ArrayList<>();
        for (JsonNode endpoint : endpoints) {
            endpoint.path("addresses").forEach(a -> all.add(a.asText()));
        }
        return all.isEmpty() ? MetaColumns.UNSET : MetaColumns.shortened(all);
    }
}
