package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.travel.TimeTravel;
import java.util.Optional;

/** The scheduler's decisions, repeated on the state of their moment. Its methods wait for that state. */
final class Decisions {
    private final TimeTravel images;
    private final ScheduleExplainer explainer;

    Decisions(TimeTravel images, ScheduleExplainer explainer) {
        this.images = images;
        this.explainer = explainer;
    }

    /** The state after a revision; an empty one if the log was truncated since. */
    Image image(long revision) {
        try {
            return Past.await(images.at(revision));
        } catch (CutLogException gone) {
            return Image.EMPTY;
        }
    }

    /** The decision for a pod after a revision; empty if the pod did not exist then. */
    Optional<ObjectNode> after(long revision, ObjectKey pod) {
        return explainer
                .explain(Past.await(images.at(revision)), pod)
                .map(decision -> decision.put("revision", Long.toString(revision)));
    }

    /** The same; empty also if the log was truncated since. */
    Optional<ObjectNode> ifHeld(long revision, ObjectKey pod) {
        try {
            return after(revision, pod);
        } catch (CutLogException gone) {
            return Optional.empty();
        }
    }
}
