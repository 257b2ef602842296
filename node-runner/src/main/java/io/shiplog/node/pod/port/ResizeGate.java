package io.shiplog.node.pod.port;

import io.shiplog.node.pod.admission.PodAdmission;
import io.shiplog.node.pod.desired.DesiredPod;

/** Decides whether a node has what a pod asks for after a resize. */
@FunctionalInterface
public interface ResizeGate {
    /**
     * Decides while no other pod is given anything.
     *
     * @param asked the pod with the resources that it asks for
     * @param allocate called before the answer if they fit
     */
    PodAdmission.Resize decide(DesiredPod asked, Runnable allocate);
}
