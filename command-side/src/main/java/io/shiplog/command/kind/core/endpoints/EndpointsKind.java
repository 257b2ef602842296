package io.shiplog.command.kind.core.endpoints;

import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;

/** Endpoints. */
public final class EndpointsKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Endpoints",
                    "The set of all endpoints is the union of all subsets.",
                    (endpoints, now) -> addresses(endpoints.path("subsets"))),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "Endpoints", "endpoints", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("ep")
                .deprecated("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode endpoints) {
        for (ObjectNode subset : Trees.objects(endpoints, "subsets")) {
            for (ObjectNode port : Trees.objects(subset, "ports")) {
                Trees.defaultText(port, "protocol", "TCP");
            }
        }
    }

    @Override
    public void validate(ObjectNode endpoints, FieldErrors errors) {
        EndpointValidation.endpoints(endpoints, errors);
    }

    private static String addresses(JsonNode subsets) {
        if (subsets.isEmpty()) {
            return NONE;
        }
        List<String> all = new ArrayList<>();
        for (JsonNode subset : subsets) {
            if (subset.path("ports").isEmpty()) {
                subset.path("addresses").forEach(a -> all.add(a.path("ip").asText()));
            }
            for (JsonNode port : subset.path("ports")) {
                for (JsonNode address : subset.path("addresses")) {
                    String ip = address.path("ip").asText();
                    all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":"
                            + port.path("port").asInt());
                }
            }
        }
        return MetaColumns.shortened(all);
    }
}
