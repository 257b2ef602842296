package io.shiplog.command.control.stateful;

import io.shiplog.command.control.view.PodView;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pod of a StatefulSet. */
record StatefulPod(PodView view, int ordinal) {
    StoredObject stored() {
        return view.stored();
    }

    String revision() {
        return view.labels().getOrDefault(StatefulSpec.REVISION_LABEL, "");
    }

    boolean terminating() {
        return view.deleting();
    }

    boolean runningAndReady() {
        return view.read().phase().equals("Running") && view.ready();
    }

    boolean available(Duration minReady, Instant now) {
        @Nullable Instant at = view.availableAt(minReady);
        return at != null && !at.isAfter(now);
    }
}
