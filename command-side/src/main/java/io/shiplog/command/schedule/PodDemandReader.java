package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.command.control.view.LabelSelector.Requirement;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Toleration;
import io.shiplog.command.schedule.PodDemand.HostPort;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.command.schedule.PodDemand.Spread;
import io.shiplog.projections.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a pod's bytes for the scheduler. */
final class PodDemandReader {
    private static final String DEFAULT_SCHEDULER = "default-scheduler";

    private PodDemandReader() {}

    static PodDemand read(StoredObject pod) {
        JsonNode tree = pod.json().tree();
        JsonNode spec = tree.path("spec");
        JsonNode affinity = spec.path("affinity");
        JsonNode nodeAffinity = affinity.path("nodeAffinity");
        JsonNode required = nodeAffinity.path("requiredDuringSchedulingIgnoredDuringExecution");
        OwnerRef owner = OwnerRef.controllerAmong(OwnerRef.of(tree));
        String phase = tree.path("status").path("phase").asText();
        return new PodDemand(
                pod.key(),
                pod.uid(),
                pod.labels(),
                spec.path("schedulerName").asText(DEFAULT_SCHEDULER),
                pod.node(),
                owner == null ? "" : owner.uid(),
                spec.path("priority").asInt(0),
                requests(spec),
                hostPorts(spec),
                LabelSelector.textMap(spec.path("nodeSelector")),
                required.isObject() ? NodeTerms.of(required) : null,
                preferences(nodeAffinity),
                Toleration.ofPod(spec),
                spreads(spec, pod.labels()),
                neighbours(affinity, pod.key().namespace()),
                phase.equals("Succeeded") || phase.equals("Failed"),
                !spec.path("schedulingGates").isEmpty(),
                pod.deleting());
    }

    /**
     * The sum over containers and sidecars, or the greatest need while an init container runs, and the overhead.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers">Resource
     *     sharing</a>
     */
    private static Resources requests(JsonNode spec) {
        Resources running = Resources.NONE;
        Resources starting = Resources.NONE;
        for (JsonNode container : spec.path("initContainers")) {
            Resources asked = requested(container);
            if (container.path("restartPolicy").asText().equals("Always")) {
                running = running.plus(asked);
                starting = starting.max(running);
            } else {
                starting = starting.max(running.plus(asked));
            }
        }
        for (JsonNode container : spec.path("containers")) {
            running = running.plus(requested(container));
        }
        Resources pod = Resources.of(spec.path("resources").path("requests"));
        Resources all = running.max(starting);
        for (String name : pod.names()) {
            // What is asked for the pod as a whole stands for its containers.
            all = all.minus(new Resources(Map.of(name, all.of(name) - pod.of(name))));
        }
        return all.plus(Resources.of(spec.path("overhead")));
    }

    private static Resources requested(JsonNode container) {
        return Resources.of(container.path("resources").path("requests"));
    }

    private static Set<HostPort> hostPorts(JsonNode spec) {
        Set<HostPort> ports = new HashSet<>();
        for (JsonNode container : spec.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port.path("hostPort").asInt() > 0) {
                    ports.add(new HostPort(
                            port.path("hostIP").asText(),
                            port.path("hostPort").asInt(),
                            port.path("protocol").asText("TCP")));
                }
            }
        }
        return Set.copyOf(ports);
    }

    private static List<Preference> preferences(JsonNode nodeAffinity) {
        List<Preference> preferences = new ArrayList<>();
        for (JsonNode each : nodeAffinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
            preferences.add(new Preference(each.path("weight").asInt(), NodeTerms.Term.of(each.path("preference"))));
        }
        return List.copyOf(preferences);
    }

    private static List<Spread> spreads(JsonNode spec, Map<String, String> labels) {
        List<Spread> spreads = new ArrayList<>();
        for (JsonNode each : spec.path("topologySpreadConstraints")) {
            spreads.add(new Spread(
                    each.path("topologyKey").asText(),
                    Math.max(1, each.path("maxSkew").asInt(1)),
                    each.path("whenUnsatisfiable").asText("DoNotSchedule").equals("DoNotSchedule"),
                    withOwnLabels(LabelSelector.of(each.path("labelSelector")), each.path("matchLabelKeys"), labels),
                    each.path("minDomains").asInt(1)));
        }
        return List.copyOf(spreads);
    }

    private static LabelSelector withOwnLabels(LabelSelector selector, JsonNode keys, Map<String, String> labels) {
        List<Requirement> requirements = new ArrayList<>(selector.requirements());
        for (JsonNode key : keys) {
            String value = labels.get(key.asText());
            if (value != null) {
                requirements.add(new Requirement(key.asText(), "In", Set.of(value)));
            }
        }
        return new LabelSelector(selector.labels(), requirements);
    }

    private static List<Neighbour> neighbours(JsonNode affinity, String namespace) {
        List<Neighbour> neighbours = new ArrayList<>();
        addNeighbours(neighbours, affinity.path("podAffinity"), true, namespace);
        addNeighbours(neighbours, affinity.path("podAntiAffinity"), false, namespace);
        return List.copyOf(neighbours);
    }

    private static void addNeighbours(
            List<Neighbour> neighbours, JsonNode affinity, boolean near, String ownNamespace) {
        for (JsonNode term : affinity.path("requiredDuringSchedulingIgnoredDuringExecution")) {
            Set<String> namespaces = new HashSet<>();
            term.path("namespaces").forEach(each -> namespaces.add(each.asText()));
            boolean all = term.has("namespaceSelector")
                    && term.path("namespaceSelector").isEmpty();
            if (namespaces.isEmpty() && !all) {
                namespaces.add(ownNamespace);
            }
            neighbours.add(new Neighbour(
                    term.path("topologyKey").asText(),
                    near,
                    LabelSelector.of(term.path("labelSelector")),
                    all ? Set.of() : Set.copyOf(namespaces)));
        }
    }
}
