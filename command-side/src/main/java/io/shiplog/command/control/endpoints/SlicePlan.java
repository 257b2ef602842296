package io.shiplog.command.control.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.endpoints.Endpoint.NumberedPort;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.GeneratedNames;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the existing slices of a Service to the desired ones. An endpoint stays in its slice, so that few slices change. */
final class SlicePlan {
    /** Kubernetes' own default. */
    static final int MAX_ENDPOINTS = 100;

    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String HEADLESS = "service.kubernetes.io/headless";

    private final ServiceView service;
    private final Image image;
    private final List<Step> steps = new ArrayList<>();
    private final List<ObjectNode> made = new ArrayList<>();
    /** Slices that are not needed with the ports they have. */
    private final List<StoredObject> surplus = new ArrayList<>();

    private SlicePlan(ServiceView service, Image image) {
        this.service = service;
        this.image = image;
    }

    static List<Step> of(ServiceView service, List<Endpoint> endpoints, Image image) {
        SlicePlan plan = new SlicePlan(service, image);
        Map<List<NumberedPort>, Map<String, Endpoint>> groups = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            groups.computeIfAbsent(endpoint.ports(), ports -> new LinkedHashMap<>())
                    .put(endpoint.pod().stored().uid(), endpoint);
        }
        if (groups.isEmpty()) {
            groups.put(List.of(), new HashMap<>()); // One slice stays, so that clients see that there are no endpoints.
        }
        List<StoredObject> unused = plan.existing();
        groups.forEach((ports, group) -> plan.place(ports, group, unused));
        plan.surplus.addAll(unused);
        plan.reuse();
        plan.surplus.forEach(slice -> plan.steps.add(Step.of(Edits.delete(slice, Propagation.BACKGROUND))));
        plan.create();
        return plan.steps;
    }

    private List<StoredObject> existing() {
        List<StoredObject> slices = new ArrayList<>();
        for (StoredObject owned : image.dependents(service.stored())) {
            if (owned.key().type().equals(Types.ENDPOINT_SLICES)
                    && !owned.deleting()
                    && MANAGER.equals(owned.labels().get(MANAGED_BY))) {
                slices.add(owned);
            }
        }
        return slices;
    }

    /**
     * Distributes a group of endpoints with the same ports over slices with these ports; removes used ones from {@code unused}.
     */
    private void place(List<NumberedPort> ports, Map<String, Endpoint> group, List<StoredObject> unused) {
        ArrayNode portsJson = Endpoint.json(ports);
        Map<StoredObject, List<Endpoint>> kept = new LinkedHashMap<>();
        for (StoredObject slice : List.copyOf(unused)) {
            JsonNode tree = slice.json().tree();
            if (tree.path("ports").equals(portsJson) || tree.path("ports").isEmpty() && portsJson.isEmpty()) {
                unused.remove(slice);
                List<Endpoint> stay = new ArrayList<>();
                for (JsonNode old : tree.path("endpoints")) {
                    Endpoint endpoint =
                            group.remove(old.path("targetRef").path("uid").asText());
                    if (endpoint != null) {
                        stay.add(endpoint);
                    }
                }
                kept.put(slice, stay);
            }
        }
        List<Endpoint> homeless = new ArrayList<>(group.values());
        for (List<Endpoint> slice : kept.values()) {
            while (slice.size() < MAX_ENDPOINTS && !homeless.isEmpty()) {
                slice.add(homeless.removeFirst());
            }
        }
        boolean needsOne = kept.isEmpty();
        while (!homeless.isEmpty() || needsOne) {
            int size = Math.min(MAX_ENDPOINTS, homeless.size());
            made.add(content(ports, homeless.subList(0, size)));
            homeless = new ArrayList<>(homeless.subList(size, homeless.size()));
            needsOne = false;
        }
        update(ports, kept);
    }

    /** Updates slices that differ; deletes empty ones except one. */
    private void update(List<NumberedPort> ports, Map<StoredObject, List<Endpoint>> kept) {
        boolean anyEndpoint = kept.values().stream().anyMatch(slice -> !slice.isEmpty()) || !made.isEmpty();
        boolean emptyKept = anyEndpoint;
        for (Map.Entry<StoredObject, List<Endpoint>> each : kept.entrySet()) {
            if (each.getValue().isEmpty() && emptyKept) {
                surplus.add(each.getKey());
                continue;
            }
            emptyKept |= each.getValue().isEmpty();
            JsonNode old = each.getKey().json().tree();
            ObjectNode next = content(ports, each.getValue());
            boolean same = old.path("endpoints").equals(next.path("endpoints"))
                    && each.getKey().labels().equals(labels());
            if (!same) {
                next.remove("ports");
                rewrite(each.getKey(), next);
            }
        }
    }

    /**
     * A slice that would be deleted takes the place of one that would be made: when a port changes, readers see an update and never a
     * Service without slices.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/reconciler.go">finalize</a>
     */
    private void reuse() {
        while (!surplus.isEmpty() && !made.isEmpty()) {
            rewrite(surplus.removeFirst(), made.removeFirst());
        }
    }

    private void rewrite(StoredObject slice, ObjectNode content) {
        content.putObject("metadata").set("labels", Edits.labels(slice.labels(), labels()));
        steps.add(Step.of(Edits.patchUnchanged(slice, content)));
    }

    private ObjectNode content(List<NumberedPort> ports, List<Endpoint> endpoints) {
        ObjectNode content = Json.MAPPER.createObjectNode();
        ArrayNode list = content.putArray("endpoints");
        endpoints.forEach(endpoint -> list.add(endpoint.inSlice(service.read().distribution())));
        content.set("ports", Endpoint.json(ports));
        return content;
    }

    private void create() {
        List<String> names =
                GeneratedNames.of(service.stored(), image, Types.ENDPOINT_SLICES, service.name() + "-", made.size());
        for (int i = 0; i < made.size(); i++) {
            ObjectNode slice = Json.MAPPER.createObjectNode();
            slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
            ObjectNode metadata = slice.putObject("metadata");
            metadata.set("labels", Edits.labels(Map.of(), labels()));
            metadata.put("name", names.get(i)).put("generateName", service.name() + "-");
            metadata.put("namespace", service.namespace());
            metadata.putArray("ownerReferences").add(service.asOwner().json());
            slice.put("addressType", "IPv4");
            slice.setAll(made.get(i));
            steps.add(Step.of(Edits.create(Types.ENDPOINT_SLICES, service.namespace(), slice)));
        }
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(service.stored().labels());
        labels.put(SERVICE_NAME, service.name());
        labels.put(MANAGED_BY, MANAGER);
        if (service.read().headless()) {
            labels.put(HEADLESS, "");
        }
        return labels;
    }
}
