package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node reaches the volumes of a pod, and which volumes its unbound claims get there.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode">Volume binding mode</a>
 */
final class VolumeBinding {
    private VolumeBinding() {}

    /** What a claim needs of a node: either an error for all nodes, or a check of one. */
    private record Need(
            ClaimView claim,
            @Nullable VolumeView bound,
            @Nullable StorageClassView storageClass) {}

    /**
     * A change that lets the binder and the provisioners finish a claim.
     *
     * @param object what changes: the claim, or the volume that is kept for it
     * @param claim the claim
     * @param node the chosen node
     */
    record Preparation(ObjectKey object, ObjectKey claim, String node) {
        /** @param stored the object that changes, as stored */
        Command command(StoredObject stored, Image image) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            StoredObject of = image.get(claim);
            if (object.equals(claim) || of == null) {
                patch.withObject("/metadata/annotations").put(ClaimView.SELECTED_NODE, node);
                return Edits.patch(stored, patch);
            }
            patch.withObject("/metadata/annotations").put(ClaimView.BOUND_BY_CONTROLLER, "yes");
            patch.withObject("/spec/claimRef")
                    .put("apiVersion", "v1")
                    .put("kind", "PersistentVolumeClaim")
                    .put("namespace", claim.namespace())
                    .put("name", claim.name())
                    .put("uid", of.uid());
            return Edits.patchUnchanged(stored, patch);
        }
    }

    /**
     * What is left to do for the claims of a pod on its node.
     *
     * @param waits whether claims are unbound
     */
    record Choice(List<Preparation> preparations, boolean waits) {}

    /** The check of the filter. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        List<Need> needs = new ArrayList<>();
        for (String name : pod.claims()) {
            ClaimView claim = view.storage().claim(pod.key().namespace(), name);
            String why = claim == null
                    ? "persistentvolumeclaim \"%s\" not found".formatted(name)
                    : objection(claim, view.storage());
            if (claim == null || why != null) {
                Answer never = Answer.never(why == null ? "" : why);
                return (at, node) -> never;
            }
            needs.add(need(claim, view.storage()));
        }
        return (at, node) -> check(needs, view.storage(), node);
    }

    private static Need need(ClaimView claim, Storage storage) {
        return new Need(claim, claim.bound() ? storage.volumes().get(claim.volume()) : null, storage.classOf(claim));
    }

    /** Why a pod with this claim fits no node at all; null if some may do. */
    private static @Nullable String objection(ClaimView claim, Storage storage) {
        String name = claim.key().name();
        if (claim.deleting()) {
            return "persistentvolumeclaim \"%s\" is being deleted".formatted(name);
        }
        if (claim.phase().equals("Lost")) {
            return "persistentvolumeclaim \"%s\" bound to non-existent persistentvolume \"%s\""
                    .formatted(name, claim.volume());
        }
        if (claim.bound()) {
            return storage.volumes().containsKey(claim.volume())
                    ? null
                    : "persistentvolume \"%s\" not found".formatted(claim.volume());
        }
        StorageClassView storageClass = storage.classOf(claim);
        boolean waits =
                storageClass != null && storageClass.waits() && claim.volume().isEmpty();
        return waits ? null : "pod has unbound immediate PersistentVolumeClaims";
    }

    private static Answer check(List<Need> needs, Storage storage, NodeState node) {
        Set<String> taken = new HashSet<>();
        for (Need need : needs) {
            if (need.bound() != null) {
                if (!need.bound().reachableFrom(node.name(), node.labels())) {
                    return Answer.never("node(s) didn't match PersistentVolume's node affinity");
                }
            } else if (!canBind(need, storage, node, taken)) {
                return Answer.never("node(s) didn't find available persistent volumes to bind");
            }
        }
        return Answer.PASSES;
    }

    private static boolean canBind(Need need, Storage storage, NodeState node, Set<String> taken) {
        String selected = need.claim().selectedNode();
        if (!selected.isEmpty()) {
            return selected.equals(node.name());
        }
        VolumeView volume = free(need.claim(), storage, node, taken);
        if (volume != null) {
            taken.add(volume.name());
            return true;
        }
        return need.storageClass() != null && need.storageClass().provisionsFor(node.labels());
    }

    /** A volume that can be taken for a claim on a node. */
    private static @Nullable VolumeView free(ClaimView claim, Storage storage, NodeState node, Set<String> taken) {
        return VolumeView.best(
                claim,
                storage.volumes().values().stream()
                        .filter(volume -> !taken.contains(volume.name()))
                        .filter(volume -> volume.reachableFrom(node.name(), node.labels())));
    }

    /** What to do for the pod's claims on a node that passed the check. */
    static Choice choose(PodDemand pod, ClusterView view, NodeState node) {
        List<Preparation> preparations = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        boolean waits = false;
        for (String name : pod.claims()) {
            ClaimView claim = view.storage().claim(pod.key().namespace(), name);
            if (claim == null || claim.bound()) {
                continue;
            }
            waits = true;
            if (!claim.selectedNode().isEmpty()) {
                continue;
            }
            VolumeView volume = free(claim, view.storage(), node, taken);
            if (volume == null) {
                preparations.add(new Preparation(claim.key(), claim.key(), node.name()));
            } else {
                taken.add(volume.name());
                if (!volume.isOf(claim)) {
                    preparations.add(new Preparation(
                            ObjectKey.clusterScoped(Types.VOLUMES, volume.name()), claim.key(), node.name()));
                }
            }
        }
        return new Choice(preparations, waits);
    }
}
