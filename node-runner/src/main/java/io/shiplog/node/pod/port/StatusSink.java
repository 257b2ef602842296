package io.shiplog.node.pod.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;

/** Reports pod statuses to the cluster. Calls never block; only the newest status of a pod matters. */
public interface StatusSink {
    /** @param status the node's part of the status: without conditions of others */
    void report(ObjectKey key, String uid, ObjectNode status);

    /** Nothing of a deleted pod is left on the node: after the last status is accepted, its object may be deleted. */
    void finish(ObjectKey key, String uid);
}
