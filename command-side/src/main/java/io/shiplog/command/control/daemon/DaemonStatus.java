package io.shiplog.command.control.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.daemon.DaemonSpec.Place;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The status of a DaemonSet, counted in nodes. */
final class DaemonStatus {
    private DaemonStatus() {}

    /**
     * The counts; conditions and collisions stay as they are.
     *
     * @param pods by the node of each, oldest first
     */
    static ObjectNode of(
            DaemonSpec spec,
            String hash,
            Iterable<StoredObject> nodes,
            Map<String, List<DaemonPod>> pods,
            Instant now) {
        int desired = 0;
        int current = 0;
        int misplaced = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (StoredObject node : nodes) {
            List<DaemonPod> there = pods.getOrDefault(node.key().name(), List.of());
            if (spec.place(node) != Place.WANTED) {
                misplaced += there.isEmpty() ? 0 : 1;
                continue;
            }
            desired++;
            if (!there.isEmpty()) {
                DaemonPod first = there.getFirst();
                current++;
                ready += first.view().ready() ? 1 : 0;
                available += first.available(spec.set().minReady(), now) ? 1 : 0;
                updated += spec.isCurrent(first.stored(), hash) ? 1 : 0;
            }
        }
        ObjectNode status = StatusChange.copyOf(spec.set().status());
        status.put("currentNumberScheduled", current)
                .put("numberMisscheduled", misplaced)
                .put("desiredNumberScheduled", desired)
                .put("numberReady", ready)
                .put("observedGeneration", spec.set().generation());
        StatusChange.count(status, "updatedNumberScheduled", updated);
        StatusChange.count(status, "numberAvailable", available);
        StatusChange.count(status, "numberUnavailable", desired - available);
        return status;
    }
}
