package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The state of a StatefulSet, a DaemonSet, or a claim to a volume, and why it is not complete. */
final class SetVerdict {
    private static final ResourceType CLASSES = new ResourceType("storage.k8s.io", "storageclasses");
    private static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    private static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private final Verdict verdict;
    private final Evidence evidence;

    SetVerdict(Verdict verdict, Evidence evidence) {
        this.verdict = verdict;
        this.evidence = evidence;
    }

    List<String> lines(StoredObject object) {
        JsonNode tree = object.json().tree();
        return switch (object.key().type().resource()) {
            case "statefulsets" -> statefulSet(object, tree.path("spec"), tree.path("status"));
            case "daemonsets" -> daemonSet(object, tree.path("status"));
            default -> List.of(claim(object, tree));
        };
    }

    private List<String> statefulSet(StoredObject object, JsonNode spec, JsonNode status) {
        long wanted = spec.path("replicas").asLong(1);
        long available = status.path("availableReplicas").asLong(0);
        long updated = status.path("updatedReplicas").asLong(0);
        boolean rolling = !status.path("updateRevision").equals(status.path("currentRevision"));
        if (wanted == 0) {
            return List.of("Wants no pods" + verdict.since(".spec.replicas") + ".");
        }
        if (!rolling && available >= wanted) {
            return List.of((wanted == 1 ? "Its pod is available" : "All " + wanted + " pods are available")
                    + verdict.since(".spec.template") + ".");
        }
        Optional<String> why = verdict.worst(verdict.podsBelow(object)).or(() -> firstClaim(object));
        List<String> lines = new ArrayList<>();
        if (!rolling) {
            lines.add(available + " of " + Words.count(wanted, "pod") + " available"
                    + (why.isPresent() ? "" : verdict.since(".spec.replicas")) + ".");
        } else if (spec.path("updateStrategy").path("type").asText().equals("OnDelete")) {
            lines.add("The rollout" + verdict.since(".spec.template") + " waits until its pods are deleted: " + updated
                    + " of " + Words.count(wanted, "pod") + " updated.");
        } else {
            long partition = spec.path("updateStrategy")
                    .path("rollingUpdate")
                    .path("partition")
                    .asLong(0);
            boolean held = partition > 0 && updated >= wanted - partition;
            lines.add("The rollout" + verdict.since(".spec.template")
                    + (held ? " is held by its partition " + partition : " is not complete") + ": " + updated + " of "
                    + Words.count(wanted, "pod") + " updated, " + available + " available.");
        }
        why.ifPresent(lines::add);
        return lines;
    }

    /** A set whose pod is not made yet waits for a claim. */
    private Optional<String> firstClaim(StoredObject set) {
        return evidence.image().list(CLAIMS, set.key().namespace()).stream()
                .filter(claim -> claim.key().name().matches(".*-" + set.key().name() + "-[0-9]+"))
                .filter(evidence::mayRead)
                .filter(claim -> claim.deleting()
                        || !claim.json()
                                .tree()
                                .path("status")
                                .path("phase")
                                .asText()
                                .equals("Bound"))
                .min(Comparator.comparing(claim -> claim.key().name()))
                .map(claim -> "Claim " + claim.key().name() + ": "
                        + (claim.deleting()
                                ? "is being deleted."
                                : claim(claim, claim.json().tree())));
    }

    private List<String> daemonSet(StoredObject object, JsonNode status) {
        long wanted = status.path("desiredNumberScheduled").asLong(0);
        long available = status.path("numberAvailable").asLong(0);
        long updated = status.path("updatedNumberScheduled").asLong(0);
        if (wanted == 0) {
            return List.of("No node fits" + verdict.since(".spec.template") + ".");
        }
        if (updated >= wanted && available >= wanted) {
            return List.of("Runs on " + (wanted == 1 ? "the node that fits" : "all " + wanted + " nodes that fit")
                    + verdict.since(".spec.template") + ".");
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                updated < wanted
                        ? "The rollout" + verdict.since(".spec.template") + " is not complete: " + updated + " of "
                                + Words.count(wanted, "node") + " updated, " + available + " available."
                        : available + " of " + Words.count(wanted, "node") + " available.");
        verdict.worst(verdict.podsBelow(object)).ifPresent(lines::add);
        return lines;
    }

    private String claim(StoredObject claim, JsonNode tree) {
        String volume = tree.path("spec").path("volumeName").asText();
        return switch (tree.path("status").path("phase").asText()) {
            case "Bound" -> "Bound to volume " + Words.line(volume) + ".";
            case "Lost" -> "Lost: its volume " + Words.line(volume) + " is gone, and the data with it.";
            default -> volume.isEmpty() ? pending(tree) : named(volume);
        };
    }

    private String named(String volume) {
        boolean there = evidence.image().get(ObjectKey.clusterScoped(VOLUMES, volume)) != null;
        return "Waits for volume " + Words.line(volume)
                + (there ? ", which does not take it." : ", which does not exist.");
    }

    private String pending(JsonNode tree) {
        String name = tree.path("spec").path("storageClassName").asText();
        if (name.isEmpty()) {
            return "Waits for a volume: none without a class fits, and it names no storage class.";
        }
        StoredObject storageClass = evidence.image().get(ObjectKey.clusterScoped(CLASSES, name));
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
