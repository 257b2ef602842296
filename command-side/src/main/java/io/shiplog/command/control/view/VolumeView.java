package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PersistentVolume as the controllers and the scheduler see it.
 *
 * @param has what it offers to claims
 * @param claim the claim that it is kept for or bound to; null for none
 * @param reclaim {@code Retain}, {@code Delete} or {@code Recycle}
 * @param provisioner by which it was made; empty for none
 * @param boundByController whether the controller chose the claim
 */
public record VolumeView(
        String name,
        boolean deleting,
        Offer has,
        @Nullable ClaimRef claim,
        String reclaim,
        String phase,
        String provisioner,
        boolean boundByController) {
    /** The provisioner that made a volume. */
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

    private static final int REMEMBERED = 1 << 13;
    private static final Memo<VolumeView> MEMO = new Memo<>(REMEMBERED, VolumeView::read);

    /**
     * What a volume offers to claims.
     *
     * @param storageClass the name of its class; empty for none
     * @param nodes the nodes that reach it; null for all
     * @param csi its driver, a slash and its handle; empty for a volume of another kind
     */
    public record Offer(
            Map<String, String> labels,
            Set<String> accessModes,
            Quantity capacity,
            String storageClass,
            String volumeMode,
            String attributesClass,
            @Nullable NodeTerms nodes,
            String csi) {
        public Offer {
            labels = Map.copyOf(labels);
            accessModes = Set.copyOf(accessModes);
        }
    }

    /**
     * {@code spec.claimRef}.
     *
     * @param uid empty if a user keeps the volume for a claim of this name
     */
    public record ClaimRef(String namespace, String name, String uid) {
        /** Whether it is this claim, or kept for one of its name. */
        public boolean means(ClaimView claim) {
            return namespace.equals(claim.key().namespace())
                    && name.equals(claim.key().name())
                    && (uid.isEmpty() || uid.equals(claim.uid()));
        }
    }

    /** The view of a stored volume. */
    public static VolumeView of(StoredObject volume) {
        return MEMO.of(volume);
    }

    private static VolumeView read(StoredObject volume) {
        JsonNode tree = volume.json().tree();
        JsonNode spec = tree.path("spec");
        JsonNode claim = spec.path("claimRef");
        JsonNode required = spec.path("nodeAffinity").path("required");
        JsonNode annotations = tree.path("metadata").path("annotations");
        return new VolumeView(
                volume.key().name(),
                volume.deleting(),
                new Offer(
                        volume.labels(),
                        ClaimView.texts(spec.path("accessModes")),
                        ClaimView.quantity(spec.path("capacity").path("storage")),
                        VolumeChecks.classOf(tree),
                        spec.path("volumeMode").asText("Filesystem"),
                        spec.path("volumeAttributesClassName").asText(""),
                        required.isObject() ? NodeTerms.of(required) : null,
                        csi(spec.path("csi"))),
                claim.isObject()
                        ? new ClaimRef(
                                claim.path("namespace").asText(),
                                claim.path("name").asText(),
                                claim.path("uid").asText(""))
                        : null,
                spec.path("persistentVolumeReclaimPolicy").asText("Retain"),
                tree.path("status").path("phase").asText(""),
                annotations.path(PROVISIONED_BY).asText(""),
                annotations.has(ClaimView.BOUND_BY_CONTROLLER));
    }

    private static String csi(JsonNode source) {
        return source.isObject()
                ? source.path("driver").asText() + "/"
                        + source.path("volumeHandle").asText()
                : "";
    }

    /** Whether a node reaches it. */
    public boolean reachableFrom(String node, Map<String, String> nodeLabels) {
        return has.nodes() == null || has.nodes().matches(node, nodeLabels);
    }

    /** Whether it is kept for, or bound to, a claim. */
    public boolean isOf(ClaimView by) {
        return claim != null && claim.means(by);
    }

    /** Whether it has what a claim asks for; it may be in use. */
    public boolean satisfies(ClaimView by) {
        return has.capacity().compareTo(by.size()) >= 0
                && has.storageClass().equals(by.storageClass())
                && has.volumeMode().equals(by.volumeMode())
                && has.attributesClass().equals(by.asks().attributesClass())
                && has.accessModes().containsAll(by.accessModes());
    }

    /**
     * The volume for a claim: one that is kept for it, else the smallest free one.
     *
     * @param volumes those that may be taken
     * @return null if none fits
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/persistentvolume/index.go">FindMatchingVolume</a>
     */
    public static @Nullable VolumeView best(ClaimView claim, Stream<VolumeView> volumes) {
        return volumes.filter(volume -> !volume.deleting())
                .filter(volume -> volume.isOf(claim)
                        ? volume.has().volumeMode().equals(claim.volumeMode())
                                && volume.has().capacity().compareTo(claim.size()) >= 0
                        : volume.claim() == null
                                && volume.satisfies(claim)
                                && claim.asks().selector().matches(volume.has().labels()))
                .min(Comparator.comparing((VolumeView volume) -> !volume.isOf(claim))
                        .thenComparing(volume -> volume.has().capacity())
                        .thenComparing(VolumeView::name))
                .orElse(null);
    }
}
