package io.shiplog.command.control.stateful;

import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The owners of a pod's claims, through which the garbage collector carries out the retention policy: a claim that goes with the set
 * belongs to it, one that goes when its pod is scaled away belongs to the pod.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention">PersistentVolumeClaim
 *     retention</a>
 */
final class ClaimOwners {
    private ClaimOwners() {}

    /** The owners that a claim should have; null if they are right, or another object controls it. */
    static @Nullable List<OwnerRef> changed(StatefulSpec spec, StatefulPod pod, StoredObject claim) {
        List<OwnerRef> has = OwnerRef.of(claim.json().tree());
        OwnerRef set = spec.set().asOwner();
        OwnerRef ofPod = asOwner(pod.stored());
        if (has.stream().anyMatch(each -> isPredecessor(each, set) || isPredecessor(each, ofPod))) {
            return null; // The garbage collector deletes it with its former owner.
        }
        List<OwnerRef> next = new ArrayList<>(has);
        next.removeIf(each -> each.uid().equals(set.uid()) || each.uid().equals(ofPod.uid()));
        boolean free = next.stream().noneMatch(OwnerRef::controller);
        if (free) {
            boolean scaledAway = !spec.inRange(pod.ordinal());
            if (spec.deletesClaimsWhenScaled() && scaledAway) {
                next.add(ofPod);
            } else if (spec.deletesClaimsWhenDeleted()) {
                next.add(set);
            }
        }
        return next.equals(has) ? null : next;
    }

    /** Whether a claim waits for its end with a former pod of the same name. */
    static boolean isStale(StatefulSpec spec, String pod, StoredObject claim) {
        return spec.deletesClaimsWhenScaled()
                && OwnerRef.of(claim.json().tree()).stream()
                        .anyMatch(owner ->
                                owner.kind().equals("Pod") && owner.name().equals(pod));
    }

    private static boolean isPredecessor(OwnerRef owner, OwnerRef of) {
        return owner.kind().equals(of.kind())
                && owner.apiVersion().equals(of.apiVersion())
                && owner.name().equals(of.name())
                && !owner.uid().equals(of.uid());
    }

    private static OwnerRef asOwner(StoredObject pod) {
        return OwnerRef.controlledBy("v1", "Pod", pod.key().name(), pod.uid());
    }
}
