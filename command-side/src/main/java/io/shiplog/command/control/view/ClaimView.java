package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.HashSet;
import java.util.Set;

/**
 * A PersistentVolumeClaim as the controllers and the scheduler see it.
 *
 * @param asks what it asks of a volume
 * @param volume the volume that it names; empty for none
 * @param selectedNode the node that the scheduler chose for its pod; empty for none
 * @param bindCompleted whether it was bound once: then it keeps its volume, or is lost with it
 */
public record ClaimView(
        ObjectKey key,
        String uid,
        boolean deleting,
        Request asks,
        String volume,
        String phase,
        String selectedNode,
        boolean bindCompleted) {
    /** Set when a claim and its volume name each other. */
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    /** Set by the controller where it chose the partner, on either side. */
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    /** The node on which a volume is to be made, set by the scheduler. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private static final int REMEMBERED = 1 << 13;
    private static final Memo<ClaimView> MEMO = new Memo<>(REMEMBERED, ClaimView::read);

    /**
     * What a claim asks of a volume.
     *
     * @param size the requested storage
     * @param storageClass the name of its class; empty for none
     * @param selector empty for any volume
     */
    public record Request(
            Set<String> accessModes,
            Quantity size,
            String storageClass,
            String volumeMode,
            String attributesClass,
            LabelSelector selector) {
        public Request {
            accessModes = Set.copyOf(accessModes);
        }
    }

    /** The view of a stored claim. */
    public static ClaimView of(StoredObject claim) {
        return MEMO.of(claim);
    }

    private static ClaimView read(StoredObject claim) {
        JsonNode tree = claim.json().tree();
        JsonNode spec = tree.path("spec");
        JsonNode annotations = tree.path("metadata").path("annotations");
        return new ClaimView(
                claim.key(),
                claim.uid(),
                claim.deleting(),
                new Request(
                        texts(spec.path("accessModes")),
                        quantity(spec.path("resources").path("requests").path("storage")),
                        VolumeChecks.classOf(tree),
                        spec.path("volumeMode").asText("Filesystem"),
                        spec.path("volumeAttributesClassName").asText(""),
                        LabelSelector.of(spec.path("selector"))),
                spec.path("volumeName").asText(""),
                tree.path("status").path("phase").asText(""),
                annotations.path(SELECTED_NODE).asText(""),
                annotations.has(BIND_COMPLETED));
    }

    static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    static Quantity quantity(JsonNode value) {
        Quantity parsed = Quantity.parseOrNull(value.asText());
        return parsed == null ? Quantity.ZERO : parsed;
    }

    public Quantity size() {
        return asks.size();
    }

    /** The name of its class; empty for none. */
    public String storageClass() {
        return asks.storageClass();
    }

    public String volumeMode() {
        return asks.volumeMode();
    }

    public Set<String> accessModes() {
        return asks.accessModes();
    }

    /** Whether it names a volume that names it. */
    public boolean bound() {
        return bindCompleted && !volume.isEmpty();
    }
}
