package io.shiplog.command.control.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.GeneratedNames;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Mirrors the Endpoints that users write for a Service without a selector into EndpointSlices, which are all that proxies read. The key
 * is that of the Endpoints.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#endpointslice-mirroring">EndpointSlice
 *     mirroring</a>
 */
public final class MirroringController implements Controller {
    static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    /** Kubernetes' own {@code --mirroring-max-endpoints-per-subset}. */
    static final int MAX_ENDPOINTS = 1000;

    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final Set<String> NOT_MIRRORED = Set.of(
            "endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration");

    @Override
    public String name() {
        return "endpointslicemirroring-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        Set<ObjectKey> keys = new TreeSet<>();
        image.list(Types.ENDPOINTS).forEach(endpoints -> keys.add(endpoints.key()));
        image.list(Types.ENDPOINT_SLICES).stream()
                .filter(MirroringController::ours)
                .forEach(slice -> keys.add(mirrored(slice)));
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.ENDPOINTS)) {
            replan.accept(key);
        } else if (key.type().equals(Types.SERVICES)) {
            replan.accept(ObjectKey.of(Types.ENDPOINTS, key.namespace(), key.name()));
        } else if (key.type().equals(Types.ENDPOINT_SLICES)) {
            if (ours(change.after())) {
                replan.accept(mirrored(change.after()));
            }
            if (change.before() != null && ours(change.before())) {
                replan.accept(mirrored(change.before()));
            }
        }
    }

    private static boolean ours(StoredObject slice) {
        return MANAGER.equals(slice.labels().get(SlicePlan.MANAGED_BY))
                && slice.labels().containsKey(SlicePlan.SERVICE_NAME);
    }

    private static ObjectKey mirrored(StoredObject slice) {
        return ObjectKey.of(
                Types.ENDPOINTS, slice.key().namespace(), slice.labels().getOrDefault(SlicePlan.SERVICE_NAME, ""));
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        ObjectKey service = ObjectKey.of(Types.SERVICES, key.namespace(), key.name());
        List<StoredObject> existing = image.by(Indexes.SLICES_OF, service).stream()
                .filter(slice -> ours(slice) && !slice.deleting())
                .toList();
        StoredObject endpoints = image.get(key);
        Map<Group, ArrayNode> wanted = endpoints != null && mirrors(endpoints, image)
                ? groups(endpoints.json().tree())
                : Map.of();
        List<Step> steps = new ArrayList<>();
        List<Step> deletions = new ArrayList<>();
        Map<Group, ArrayNode> missing = new LinkedHashMap<>(wanted);
        for (StoredObject slice : existing) {
            ArrayNode content = missing.remove(Group.of(slice.json().tree()));
            if (content == null || endpoints == null) {
                deletions.add(Step.of(Edits.delete(slice, Propagation.BACKGROUND)));
            } else if (!same(slice, endpoints, content)) {
                steps.add(Step.of(Edits.patchUnchanged(slice, update(slice, endpoints, content))));
            }
        }
        if (endpoints != null && !endpoints.deleting()) {
            create(endpoints, missing, image, steps);
        }
        steps.addAll(deletions);
        return Plan.of(steps);
    }

    private static boolean mirrors(StoredObject endpoints, Image image) {
        StoredObject service = image.get(ObjectKey.of(
                Types.SERVICES, endpoints.key().namespace(), endpoints.key().name()));
        return service != null
                && service.json().tree().path("spec").path("selector").isEmpty()
                && !"true".equals(endpoints.labels().get(SKIP))
                && !endpoints.json().tree().path("metadata").path("annotations").has(LEADER);
    }

    /** The endpoints of one slice have the same ports and the same family. */
    private record Group(String addressType, Set<JsonNode> ports) {
        static Group of(JsonNode slice) {
            return new Group(
                    slice.path("addressType").asText(),
                    Set.copyOf(portsOf(slice).valueStream().toList()));
        }

        ArrayNode portsJson() {
            ArrayNode array = Json.MAPPER.createArrayNode();
            ports.stream()
                    .sorted(Comparator.comparing(port -> port.path("name").asText()))
                    .forEach(array::add);
            return array;
        }
    }

    /** The ports of a subset or a slice in one form, without repetitions. */
    private static ArrayNode portsOf(JsonNode subsetOrSlice) {
        ArrayNode ports = Json.MAPPER.createArrayNode();
        Set<JsonNode> seen = new HashSet<>();
        for (JsonNode port : subsetOrSlice.path("ports")) {
            ObjectNode each = Json.MAPPER.createObjectNode();
            each.put("name", port.path("name").asText(""));
            each.put("port", port.path("port").asInt());
            each.put("protocol", port.path("protocol").asText("TCP"));
            if (port.hasNonNull("appProtocol")) {
                each.put("appProtocol", port.path("appProtocol").asText());
            }
            if (seen.add(each)) {
                ports.add(each);
            }
        }
        return ports;
    }

    private static Map<Group, ArrayNode> groups(JsonNode endpoints) {
        Map<Group, Map<String, ObjectNode>> groups = new LinkedHashMap<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            Set<JsonNode> ports = Set.copyOf(portsOf(subset).valueStream().toList());
            subset.path("addresses").forEach(address -> put(groups, ports, address, true));
            subset.path("notReadyAddresses").forEach(address -> put(groups, ports, address, false));
        }
        Map<Group, ArrayNode> contents = new LinkedHashMap<>();
        groups.forEach((group, addresses) -> {
            ArrayNode list = contents.computeIfAbsent(group, each -> Json.MAPPER.createArrayNode());
            addresses.values().stream().limit(MAX_ENDPOINTS).forEach(list::add);
        });
        return contents;
    }

    private static void put(
            Map<Group, Map<String, ObjectNode>> groups, Set<JsonNode> ports, JsonNode address, boolean ready) {
        String ip = address.path("ip").asText();
        ObjectNode endpoint = Json.MAPPER.createObjectNode();
        endpoint.putArray("addresses").add(ip);
        endpoint.putObject("conditions").put("ready", ready);
        if (address.hasNonNull("hostname") && !address.path("hostname").asText().isEmpty()) {
            endpoint.set("hostname", address.get("hostname"));
        }
        if (address.path("targetRef").isObject()) {
            endpoint.set("targetRef", address.get("targetRef"));
        }
        if (address.hasNonNull("nodeName")) {
            endpoint.set("nodeName", address.get("nodeName"));
        }
        groups.computeIfAbsent(new Group(ip.contains(":") ? "IPv6" : "IPv4", ports), each -> new LinkedHashMap<>())
                .putIfAbsent(ip + "/" + address.path("targetRef").path("uid").asText(), endpoint);
    }

    private static boolean same(StoredObject slice, StoredObject endpoints, ArrayNode content) {
        JsonNode tree = slice.json().tree();
        return new HashSet<>(tree.path("endpoints").valueStream().toList())
                        .equals(new HashSet<>(content.valueStream().toList()))
                && slice.labels().equals(labels(endpoints))
                && LabelSelector.textMap(tree.path("metadata").path("annotations"))
                        .equals(annotations(endpoints));
    }

    private static ObjectNode update(StoredObject slice, StoredObject endpoints, ArrayNode content) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.set("labels", Edits.labels(slice.labels(), labels(endpoints)));
        metadata.set(
                "annotations",
                Edits.labels(
                        LabelSelector.textMap(
                                slice.json().tree().path("metadata").path("annotations")),
                        annotations(endpoints)));
        patch.set("endpoints", content);
        return patch;
    }

    private static void create(StoredObject endpoints, Map<Group, ArrayNode> missing, Image image, List<Step> steps) {
        String namespace = endpoints.key().namespace();
        String prefix = endpoints.key().name() + "-";
        List<String> names =
                new ArrayList<>(GeneratedNames.of(endpoints, image, Types.ENDPOINT_SLICES, prefix, missing.size()));
        missing.forEach((group, content) -> {
            ObjectNode slice = Json.MAPPER.createObjectNode();
            slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
            ObjectNode metadata = slice.putObject("metadata");
            metadata.put("name", names.removeFirst()).put("generateName", prefix);
            metadata.put("namespace", namespace);
            metadata.set("labels", Edits.labels(Map.of(), labels(endpoints)));
            Map<String, String> annotations = annotations(endpoints);
            if (!annotations.isEmpty()) {
                metadata.set("annotations", Edits.labels(Map.of(), annotations));
            }
            metadata.putArray("ownerReferences")
                    .add(OwnerRef.controlledBy(
                                    "v1", "Endpoints", endpoints.key().name(), endpoints.uid())
                            .json());
            slice.put("addressType", group.addressType());
            slice.set("endpoints", content);
            slice.set("ports", group.portsJson());
            steps.add(Step.of(Edits.create(Types.ENDPOINT_SLICES, namespace, slice)));
        });
    }

    private static Map<String, String> labels(StoredObject endpoints) {
        Map<String, String> labels = new HashMap<>(endpoints.labels());
        labels.put(SlicePlan.SERVICE_NAME, endpoints.key().name());
        labels.put(SlicePlan.MANAGED_BY, MANAGER);
        return labels;
    }

    private static Map<String, String> annotations(StoredObject endpoints) {
        Map<String, String> annotations = new HashMap<>(
                LabelSelector.textMap(endpoints.json().tree().path("metadata").path("annotations")));
        NOT_MIRRORED.forEach(annotations::remove);
        return annotations;
    }
}
