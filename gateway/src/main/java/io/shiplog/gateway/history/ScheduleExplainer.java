package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Image;
import java.util.Optional;

/** The scheduler, asked again: what it decides of a pod where it sees the cluster as an image shows it. Pure. */
@FunctionalInterface
public interface ScheduleExplainer {
    /**
     * The decision with all that it rests on, as a ScheduleReview's status shows it; empty if the image has no such pod. A pod that has
     * a node is looked at as if it had none.
     */
    Optional<ObjectNode> explain(Image image, ObjectKey pod);
}
