package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;

/** The state of a claim to a volume, and why it is not bound. */
final class ClaimVerdict {
    private static final ResourceType CLASSES = new ResourceType("storage.k8s.io", "storageclasses");
    private static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private final Evidence evidence;

    ClaimVerdict(Evidence evidence) {
        this.evidence = evidence;
    }

    String line(StoredObject claim) {
        JsonNode tree = claim.json().tree();
        String volume = tree.path("spec").path("volumeName").asText();
        return switch (tree.path("status").path("phase").asText()) {
            case "Bound" -> "Bound to volume " + Words.line(volume) + ".";
            case "Lost" -> "Lost: its volume " + Words.line(volume) + " is gone, and the data with it.";
            default -> volume.isEmpty() ? pending(tree) : named(volume);
        };
    }

    private String named(String volume) {
        ObjectKey key = ObjectKey.clusterScoped(VOLUMES, volume);
        if (evidence.hides(key)) {
            return "Waits for volume " + Words.line(volume) + ".";
        }
        return "Waits for volume " + Words.line(volume)
                + (evidence.get(key) != null ? ", which does not take it." : ", which does not exist.");
    }

    private String pending(JsonNode tree) {
        String name = tree.path("spec").path("storageClassName").asText();
        if (name.isEmpty()) {
            return "Waits for a volume: none without a class fits, and it names no storage class.";
        }
        ObjectKey key = ObjectKey.clusterScoped(CLASSES, name);
        if (evidence.hides(key)) {
            return "Waits for a volume of storage class " + Words.line(name) + ".";
        }
        StoredObject storageClass = evidence.get(key);
        if (storageClass == null) {
            return "Waits for a volume: storage class " + Words.line(name) + " does not exist.";
        }
        JsonNode ofClass = storageClass.json().tree();
        String node =
                tree.path("metadata").path("annotations").path(SELECTED_NODE).asText();
        boolean waits = ofClass.path("volumeBindingMode").asText().equals("WaitForFirstConsumer");
        if (waits && node.isEmpty()) {
            return "Waits for a pod that uses it: storage class " + Words.line(name) + " binds on the pod's node.";
        }
        return "Waits for provisioner " + Words.line(ofClass.path("provisioner").asText()) + " to make a volume"
                + (node.isEmpty() ? "" : " on " + Words.line(node)) + ".";
    }
}
