package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The status of a set, computed from its pods. Counts of zero are omitted, as in Kubernetes, except for replicas. */
final class ReplicaStatus {
    private ReplicaStatus() {}

    /** @param pods the active pods of the set */
    static ObjectNode of(Replicas set, List<PodView> pods, Image image, Instant now) {
        Map<String, String> templateLabels =
                LabelSelector.textMap(set.template().path("metadata").path("labels"));
        int labeled = 0;
        int ready = 0;
        int available = 0;
        for (PodView pod : pods) {
            labeled += pod.labels().entrySet().containsAll(templateLabels.entrySet()) ? 1 : 0;
            ready += pod.ready() ? 1 : 0;
            Instant at = pod.availableAt(set.minReady());
            available += at != null && !at.isAfter(now) ? 1 : 0;
        }
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("replicas", pods.size());
        StatusChange.count(status, "fullyLabeledReplicas", labeled);
        StatusChange.count(status, "readyReplicas", ready);
        StatusChange.count(status, "availableReplicas", available);
        if (set.kind() == ReplicaKind.REPLICA_SET) {
            status.put("terminatingReplicas", terminating(set, image));
        }
        status.put("observedGeneration", set.generation());
        // A failure remains while pods are missing, and is removed with the last one created.
        JsonNode conditions = set.status().path("conditions");
        ArrayNode kept = pods.size() < set.wanted() && !set.stored().deleting()
                ? Conditions.without(conditions, "")
                : Conditions.without(conditions, ReplicaController.FAILURE);
        if (!kept.isEmpty()) {
            status.set("conditions", kept);
        }
        return status;
    }

    private static int terminating(Replicas set, Image image) {
        int terminating = 0;
        for (StoredObject pod : image.dependents(set.stored())) {
            PodView view = PodView.of(pod);
            OwnerRef controller = view.controller();
            boolean own =
                    controller != null && controller.uid().equals(set.stored().uid());
            terminating += own && view.deleting() && !view.terminal() ? 1 : 0;
        }
        return terminating;
    }
}
