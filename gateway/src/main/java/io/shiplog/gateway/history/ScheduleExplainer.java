package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.util.Optional;

/** The scheduler's decision for a pod, given the state of an image. Pure. */
@FunctionalInterface
public interface ScheduleExplainer {
    /**
     * The decision with its reasons, as in a ScheduleReview's status; empty if the image has no such pod. A pod with a node is
     * treated as if it had none.
     */
    Optional<ObjectNode> explain(Image image, ObjectKey pod);
}
