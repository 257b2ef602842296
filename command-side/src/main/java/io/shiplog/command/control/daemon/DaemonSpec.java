package io.shiplog.command.control.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.sets.SetKind;
import io.shiplog.command.control.sets.SetView;
import io.shiplog.command.control.view.PodTemplates;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.events.json.Json;
import io.shiplog.events.placement.NodeNeeds;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.events.placement.Taint;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Map;

/**
 * A DaemonSet as its controller sees it.
 *
 * @param podSpec the template's, with the tolerations of daemon pods; read only
 * @param needs what the pods need of their node
 */
record DaemonSpec(SetView set, ObjectNode podSpec, NodeNeeds needs) {
    static final String HASH_LABEL = "controller-revision-hash";
    static final String GENERATION_LABEL = "pod-template-generation";

    private static final String GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";
    private static final int NODES = 1 << 13;
    private static final Memo<NodeOffer> OFFERS =
            new Memo<>(NODES, node -> NodeOffer.of(node.json().tree()));

    /**
     * The taints of nodes in trouble, and of cordoned ones, do not keep daemon pods away.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations">Taints and
     *     tolerations</a>
     */
    private static final Map<String, List<String>> TOLERATED = Map.of(
            "NoExecute", List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"),
            "NoSchedule",
                    List.of(
                            "node.kubernetes.io/disk-pressure",
                            "node.kubernetes.io/memory-pressure",
                            "node.kubernetes.io/pid-pressure",
                            "node.kubernetes.io/unschedulable"));

    private static final String NO_NETWORK = "node.kubernetes.io/network-unavailable";

    /** What a node is to a DaemonSet. */
    enum Place {
        /** A pod is to run there. */
        WANTED,
        /** A pod that is there stays, a new one is not made. */
        KEPT,
        /** No pod may be there. */
        UNFIT
    }

    static DaemonSpec of(StoredObject stored) {
        SetView set = SetView.of(SetKind.DAEMON_SET, stored);
        ObjectNode spec = set.template().path("spec").deepCopy();
        tolerate(spec);
        return new DaemonSpec(set, spec, NodeNeeds.of(spec));
    }

    private static void tolerate(ObjectNode spec) {
        for (String effect : List.of("NoExecute", "NoSchedule")) {
            TOLERATED.getOrDefault(effect, List.of()).forEach(key -> tolerate(spec, key, effect));
        }
        if (spec.path("hostNetwork").asBoolean()) {
            tolerate(spec, NO_NETWORK, "NoSchedule");
        }
    }

    /** Replaces a toleration of the same taint, or appends one. */
    private static void tolerate(ObjectNode spec, String key, String effect) {
        ObjectNode toleration = Json.MAPPER
                .createObjectNode()
                .put("key", key)
                .put("operator", "Exists")
                .put("effect", effect);
        ArrayNode tolerations = spec.withArray("tolerations");
        for (int i = 0; i < tolerations.size(); i++) {
            JsonNode each = tolerations.get(i);
            if (each.path("key").asText().equals(key)
                    && each.path("effect").asText().equals(effect)
                    && each.path("operator").asText().equals("Exists")) {
                tolerations.set(i, toleration);
                return;
            }
        }
        tolerations.add(toleration);
    }

    static NodeOffer offerOf(StoredObject node) {
        return OFFERS.of(node);
    }

    Place place(StoredObject node) {
        String name = node.key().name();
        String given = podSpec.path("nodeName").asText();
        NodeOffer offer = offerOf(node);
        if (!given.isEmpty() && !given.equals(name) || !needs.chooses(name, offer.labels())) {
            return Place.UNFIT;
        }
        List<Taint> refused = offer.taints().stream()
                .filter(taint -> taint.preventsScheduling() && !needs.tolerates(taint))
                .toList();
        if (refused.isEmpty()) {
            return Place.WANTED;
        }
        return refused.stream().anyMatch(Taint::drivesOut) ? Place.UNFIT : Place.KEPT;
    }

    boolean rolling() {
        return !set.spec().path("updateStrategy").path("type").asText().equals("OnDelete");
    }

    /** How many of this many nodes may have a second pod during a rollout. */
    int maxSurge(int nodes) {
        return rolling() ? share("maxSurge", 0, nodes) : 0;
    }

    /** How many of this many nodes may be without an available pod during a rollout. */
    int maxUnavailable(int nodes) {
        int unavailable = share("maxUnavailable", 1, nodes);
        return unavailable == 0 && maxSurge(nodes) == 0 ? 1 : unavailable;
    }

    private int share(String field, int otherwise, int nodes) {
        JsonNode value = set.spec().path("updateStrategy").path("rollingUpdate").path(field);
        return value.isMissingNode() || value.isNull() ? otherwise : IntOrPercent.of(value, nodes, true);
    }

    boolean surges() {
        return maxSurge(1) > 0;
    }

    /** Whether a pod has the current template: its revision, or the count of template changes, is the set's. */
    boolean isCurrent(StoredObject pod, String hash) {
        String generation = templateGeneration();
        return hash.equals(pod.labels().get(HASH_LABEL))
                || !generation.isEmpty() && generation.equals(pod.labels().get(GENERATION_LABEL));
    }

    private String templateGeneration() {
        return set.tree()
                .path("metadata")
                .path("annotations")
                .path(GENERATION_ANNOTATION)
                .asText();
    }

    /** A pod that only the given node can take. */
    ObjectNode pod(String name, String hash, String node) {
        ObjectNode pod = PodTemplates.pod(set.namespace(), name, set.template(), set.asOwner());
        ObjectNode metadata = pod.withObject("/metadata").put("generateName", set.name() + "-");
        metadata.withObject("/labels").put(HASH_LABEL, hash);
        if (!templateGeneration().isEmpty()) {
            metadata.withObject("/labels").put(GENERATION_LABEL, templateGeneration());
        }
        ObjectNode spec = podSpec.deepCopy();
        ObjectNode affinity =
                spec.path("affinity").isObject() ? spec.withObject("/affinity") : spec.putObject("affinity");
        ObjectNode required =
                affinity.withObject("/nodeAffinity").putObject("requiredDuringSchedulingIgnoredDuringExecution");
        ObjectNode field = required.putArray("nodeSelectorTerms")
                .addObject()
                .putArray("matchFields")
                .addObject();
        field.put("key", "metadata.name")
                .put("operator", "In")
                .putArray("values")
                .add(node);
        pod.set("spec", spec);
        return pod;
    }
}
