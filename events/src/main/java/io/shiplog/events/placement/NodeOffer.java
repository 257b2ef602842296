package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node offers to pods: the relevant fields of the Node object.
 *
 * @param images the sizes in bytes of the images that the node has, by each of their names
 */
public record NodeOffer(
        Map<String, String> labels,
        List<Taint> taints,
        boolean unschedulable,
        Resources allocatable,
        Map<String, Long> images) {
    /** A node without an object. */
    public static final NodeOffer NOTHING = new NodeOffer(Map.of(), List.of(), false, Resources.NONE, Map.of());

    public NodeOffer {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
        images = Map.copyOf(images);
    }

    /** The offer of a Node object. */
    public static NodeOffer of(JsonNode node) {
        Map<String, String> labels = new HashMap<>();
        node.path("metadata")
                .path("labels")
                .properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return new NodeOffer(
                labels,
                Taint.ofNode(node),
                node.path("spec").path("unschedulable").asBoolean(),
                Resources.of(node.path("status").path("allocatable")),
                images(node.path("status").path("images")));
    }

    private static Map<String, Long> images(JsonNode list) {
        Map<String, Long> images = new HashMap<>();
        for (JsonNode image : list) {
            image.path("names")
                    .forEach(name ->
                            images.put(name.asText(), image.path("sizeBytes").asLong()));
        }
        return images;
    }

    /** The same with other resources. */
    public NodeOffer allocating(Resources other) {
        return new NodeOffer(labels, taints, unschedulable, other, images);
    }

    /**
     * A resource of which the node has too little left, in the units of {@link Resources}.
     *
     * @param used by the pods on the node
     * @param capacity allocatable of the node
     */
    public record Shortage(String resource, long requested, long used, long capacity) {
        /** Whether it would fit on the node without other pods. */
        public boolean fitsAlone() {
            return requested <= capacity;
        }
    }

    /**
     * What a further pod lacks here: pods, cpu, memory and ephemeral storage first, then other resources by name.
     *
     * @param used the sum of the requests of the pods on the node
     * @param pods their number
     */
    public List<Shortage> shortages(Resources requests, Resources used, int pods) {
        List<Shortage> shortages = new ArrayList<>();
        add(shortages, Resources.PODS, 1, pods);
        for (String name : Resources.FIRST) {
            add(shortages, name, requests.of(name), used.of(name));
        }
        for (String name : requests.names()) {
            if (!Resources.FIRST.contains(name)) {
                add(shortages, name, requests.of(name), used.of(name));
            }
        }
        return List.copyOf(shortages);
    }

    private void add(List<Shortage> shortages, String name, long requested, long used) {
        if (requested > 0 && requested > allocatable.of(name) - used) {
            shortages.add(new Shortage(name, requested, used, allocatable.of(name)));
        }
    }
}
