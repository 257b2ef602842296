package io.shiplog.command.control.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.endpoints.Endpoint.NumberedPort;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one Endpoints object of a Service, for clients that know no slices.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#endpoints">Endpoints</a>
 */
final class EndpointsPlan {
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    static final String MANAGER = "endpoint-controller";
    /** Kubernetes' own limit: further addresses are omitted. */
    static final int MAX_ADDRESSES = 1000;

    private static final String HEADLESS = "service.kubernetes.io/headless";

    private EndpointsPlan() {}

    /** The step that corrects it, or null. */
    static @Nullable Step of(ServiceView service, List<Endpoint> endpoints, Image image) {
        ArrayNode subsets = subsets(service, endpoints);
        Map<String, String> labels = new HashMap<>(service.stored().labels());
        labels.put(MANAGED_BY, MANAGER);
        if (service.read().headless()) {
            labels.put(HEADLESS, "");
        }
        ObjectKey key = ObjectKey.of(Types.ENDPOINTS, service.namespace(), service.name());
        ObjectNode wanted = Json.MAPPER.createObjectNode();
        ObjectNode metadata = wanted.putObject("metadata");
        StoredObject there = image.get(key);
        metadata.set("labels", Edits.labels(there == null ? Map.of() : there.labels(), labels));
        wanted.set("subsets", subsets);
        if (there == null) {
            wanted.put("apiVersion", "v1").put("kind", "Endpoints");
            metadata.put("name", key.name()).put("namespace", key.namespace());
            return Step.of(Edits.create(key.type(), key.namespace(), wanted));
        }
        boolean same = there.labels().equals(labels)
                && (there.json().tree().path("subsets").equals(subsets)
                        || there.json().tree().path("subsets").isEmpty() && subsets.isEmpty());
        return same ? null : Step.of(Edits.patchUnchanged(there, wanted));
    }

    private static ArrayNode subsets(ServiceView service, List<Endpoint> endpoints) {
        Map<List<NumberedPort>, List<Endpoint>> groups = new LinkedHashMap<>();
        List<Endpoint> listed = endpoints.stream()
                .filter(each -> !each.terminating() || service.read().publishNotReady())
                .filter(each ->
                        !each.ports().isEmpty() || service.read().ports().isEmpty())
                .sorted(Comparator.comparing(each -> !each.ready())) // Ready ones first, if there are too many.
                .limit(MAX_ADDRESSES)
                .toList();
        for (Endpoint endpoint : listed) {
            groups.computeIfAbsent(endpoint.ports(), ports -> new ArrayList<>()).add(endpoint);
        }
        ArrayNode subsets = Json.MAPPER.createArrayNode();
        groups.forEach((ports, group) -> {
            ObjectNode subset = subsets.addObject();
            put(subset, "addresses", group.stream().filter(Endpoint::ready).toList());
            put(
                    subset,
                    "notReadyAddresses",
                    group.stream().filter(each -> !each.ready()).toList());
            if (!ports.isEmpty()) {
                subset.set("ports", named(ports));
            }
        });
        return subsets;
    }

    private static void put(ObjectNode subset, String field, List<Endpoint> endpoints) {
        if (!endpoints.isEmpty()) {
            ArrayNode addresses = subset.putArray(field);
            endpoints.stream()
                    .sorted(Comparator.comparing(each -> each.pod().name()))
                    .forEach(each -> addresses.add(each.inEndpoints()));
        }
    }

    /** Unlike in a slice, a single port without a name has no empty name here. */
    private static ArrayNode named(List<NumberedPort> ports) {
        ArrayNode array = Endpoint.json(ports);
        array.forEach(port -> {
            if (port.path("name").asText().isEmpty()) {
                ((ObjectNode) port).remove("name");
            }
        });
        return array;
    }
}
