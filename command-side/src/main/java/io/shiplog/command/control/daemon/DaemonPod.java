package io.shiplog.command.control.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.PodView;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A pod of a DaemonSet.
 *
 * @param target the node that it runs on, or the only one that its affinity allows; empty if it names none
 */
record DaemonPod(PodView view, String target) {
    /** Those with a node first, then older ones. */
    static final Comparator<DaemonPod> ORDER = Comparator.comparing(
                    (DaemonPod pod) -> pod.view().node() == null)
            .thenComparing(pod -> pod.view().read().created())
            .thenComparing(pod -> pod.view().name());

    private static final int PODS = 1 << 14;
    private static final Memo<String> TARGETS = new Memo<>(PODS, DaemonPod::chosen);

    static DaemonPod of(PodView view) {
        String node = view.node();
        return new DaemonPod(view, node == null ? TARGETS.of(view.stored()) : node);
    }

    private static String chosen(StoredObject pod) {
        JsonNode required = pod.json()
                .tree()
                .path("spec")
                .path("affinity")
                .path("nodeAffinity")
                .path("requiredDuringSchedulingIgnoredDuringExecution");
        for (JsonNode term : required.path("nodeSelectorTerms")) {
            for (JsonNode field : term.path("matchFields")) {
                if (field.path("key").asText().equals("metadata.name")
                        && field.path("operator").asText().equals("In")) {
                    return field.path("values").size() == 1
                            ? field.path("values").path(0).asText()
                            : "";
                }
            }
        }
        return "";
    }

    StoredObject stored() {
        return view.stored();
    }

    boolean phase(String phase) {
        return view.read().phase().equals(phase);
    }

    boolean available(Duration minReady, Instant now) {
        @Nullable Instant at = view.availableAt(minReady);
        return at != null && !at.isAfter(now);
    }
}
