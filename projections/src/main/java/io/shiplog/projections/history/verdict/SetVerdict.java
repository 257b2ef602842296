package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The state of a StatefulSet or a DaemonSet, and why it is not complete. */
final class SetVerdict {
    private static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");

    private final Verdict verdict;
    private final Evidence evidence;

    SetVerdict(Verdict verdict, Evidence evidence) {
        this.verdict = verdict;
        this.evidence = evidence;
    }

    List<String> lines(StoredObject object) {
        JsonNode tree = object.json().tree();
        return object.key().type().resource().equals("statefulsets")
                ? statefulSet(object, tree.path("spec"), tree.path("status"))
                : daemonSet(object, tree.path("status"));
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
        Optional<String> why = verdict.worst(evidence.podsBelow(object)).or(() -> firstClaim(object));
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
        return evidence.list(CLAIMS, set.key().namespace()).stream()
                .filter(claim -> claim.key()
                        .name()
                        .matches(".*-" + Pattern.quote(set.key().name()) + "-[0-9]+"))
                .filter(claim -> claim.deleting()
                        || !claim.json()
                                .tree()
                                .path("status")
                                .path("phase")
                                .asText()
                                .equals("Bound"))
                .min(Comparator.comparing(claim -> claim.key().name()))
                .map(claim -> "Claim " + claim.key().name() + ": "
                        + (claim.deleting() ? "is being deleted." : new ClaimVerdict(evidence).line(claim)));
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
        verdict.worst(evidence.podsBelow(object)).ifPresent(lines::add);
        return lines;
    }
}
