package io.shiplog.command.control.stateful;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.StatusChange;
import java.time.Instant;
import java.util.List;

/** The status of a StatefulSet, computed from its pods. */
final class StatefulStatus {
    private StatefulStatus() {}

    /**
     * The counts and revisions; conditions stay as they are. When all pods have the updated revision, it becomes the current one.
     *
     * @param current the name of the revision that pods below the partition have
     * @param update the name of the template's revision
     */
    static ObjectNode of(StatefulSpec spec, List<StatefulPod> pods, String current, String update, Instant now) {
        int ready = 0;
        int available = 0;
        int ofCurrent = 0;
        int ofUpdate = 0;
        for (StatefulPod pod : pods) {
            if (pod.runningAndReady()) {
                ready++;
                available += pod.available(spec.set().minReady(), now) ? 1 : 0;
            }
            if (!pod.terminating()) {
                ofCurrent += pod.revision().equals(current) ? 1 : 0;
                ofUpdate += pod.revision().equals(update) ? 1 : 0;
            }
        }
        int all = spec.replicas();
        boolean complete = !spec.onDelete() && ofUpdate == all && ready == all && pods.size() == all;
        ObjectNode status = StatusChange.copyOf(spec.set().status());
        status.put("replicas", pods.size()).put("availableReplicas", available);
        StatusChange.count(status, "readyReplicas", ready);
        StatusChange.count(status, "currentReplicas", complete ? ofUpdate : ofCurrent);
        StatusChange.count(status, "updatedReplicas", ofUpdate);
        status.put("currentRevision", complete ? update : current).put("updateRevision", update);
        status.put("collisionCount", spec.set().collisions());
        status.put("observedGeneration", spec.set().generation());
        return status;
    }
}
