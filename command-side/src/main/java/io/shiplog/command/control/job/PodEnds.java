package io.shiplog.command.control.job;

import io.shiplog.command.control.loop.Cause;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.StoredObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events that ended pods, as causes of later steps: a pod is replaced after a delay, its finalizer goes after the status has its
 * uid. Only causes in the log depend on it; after a restart it is empty.
 */
final class PodEnds {
    private final Map<ObjectKey, Cause> ofPods = new HashMap<>();
    private final Map<ObjectKey, Cause> lastFailures = new HashMap<>();

    void clear() {
        ofPods.clear();
        lastFailures.clear();
    }

    /** Notes that a pod of a Job ended, and forgets it when it is released. */
    void see(Change change, ObjectKey job) {
        ObjectKey pod = change.after().key();
        if (change.removes() || !JobPod.of(change.after()).tracked()) {
            ofPods.remove(pod);
        } else if (ended(change.after()) && (change.before() == null || !ended(change.before()))) {
            Cause cause = Cause.of(change.event());
            ofPods.put(pod, cause);
            if (!JobPod.of(change.after()).succeeded()) {
                lastFailures.put(job, cause);
            }
        }
    }

    private static boolean ended(StoredObject pod) {
        return pod.deleting() || JobPod.of(pod).view().terminal();
    }

    /** Forgets a Job that is over. */
    void forget(ObjectKey job) {
        lastFailures.remove(job);
    }

    @Nullable Cause of(JobPod pod) {
        return ofPods.get(pod.stored().key());
    }

    @Nullable Cause lastFailure(JobView job) {
        return lastFailures.get(job.stored().key());
    }

    /** How much is remembered. */
    int size() {
        return ofPods.size() + lastFailures.size();
    }
}
