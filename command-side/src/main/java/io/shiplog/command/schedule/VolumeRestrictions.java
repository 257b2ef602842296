package io.shiplog.command.schedule;

import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the volumes of a pod forbid: a second pod, one volume too many on a node, a node of another zone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/storage-limits/">Node-specific Volume Limits</a>
 */
final class VolumeRestrictions {
    private static final String ONE_POD = "ReadWriteOncePod";
    private static final String REGION = "topology.kubernetes.io/region";
    private static final String ZONE = "topology.kubernetes.io/zone";
    /** Labels of volumes, and those of nodes that they are compared with if a node lacks the same label. */
    private static final Map<String, String> TOPOLOGY = Map.of(
            "failure-domain.beta.kubernetes.io/zone",
            ZONE,
            "failure-domain.beta.kubernetes.io/region",
            REGION,
            ZONE,
            ZONE,
            REGION,
            REGION);
    /** Separates the zones of a volume in several of them. */
    private static final String ZONES = "__";

    private static final Answer IN_USE = Answer.notNow(
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod");
    private static final Answer TOO_MANY = Answer.notNow("node(s) exceed max volume count");
    private static final Answer OTHER_ZONE = Answer.never("node(s) had no available volume zone");

    private VolumeRestrictions() {}

    /** A claim of the access mode ReadWriteOncePod is for one pod. */
    static NodeCheck onePod(PodDemand pod, ClusterView view) {
        for (ClaimView claim : claims(pod, view)) {
            if (claim.accessModes().contains(ONE_POD)
                    && isUsed(claim, other -> !other.key().equals(pod.key()), view)) {
                return (at, node) -> IN_USE;
            }
        }
        return Filter.ALL_PASS;
    }

    /** Whether a pod with a node uses a claim. */
    private static boolean isUsed(ClaimView claim, Predicate<PodDemand> which, ClusterView view) {
        for (NodeState node : view.nodes()) {
            for (PodDemand other : node.pods().values()) {
                if (other.claims().contains(claim.key().name())
                        && other.key().namespace().equals(claim.key().namespace())
                        && which.test(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<ClaimView> claims(PodDemand pod, ClusterView view) {
        List<ClaimView> claims = new ArrayList<>();
        for (String name : pod.claims()) {
            ClaimView claim = view.storage().claim(pod.key().namespace(), name);
            if (claim != null) {
                claims.add(claim);
            }
        }
        return claims;
    }

    /** The number of volumes of one CSI driver on a node has the limit that its CSINode gives. */
    static NodeCheck limits(PodDemand pod, ClusterView view) {
        Storage storage = view.storage();
        Set<String> wanted = volumes(pod, view);
        if (wanted.isEmpty() || storage.limits().isEmpty()) {
            return Filter.ALL_PASS;
        }
        return (at, node) -> {
            Map<String, Integer> limits = storage.limits().getOrDefault(node.name(), Map.of());
            if (limits.isEmpty()) {
                return Answer.PASSES;
            }
            Set<String> there = new HashSet<>(storage.attachedTo(node.name()));
            node.pods().values().forEach(other -> there.addAll(volumes(other, view)));
            Map<String, Integer> counts = new HashMap<>();
            there.forEach(volume -> counts.merge(driver(volume), 1, Integer::sum));
            for (String volume : wanted) {
                Integer limit = limits.get(driver(volume));
                if (limit != null && !there.contains(volume) && counts.merge(driver(volume), 1, Integer::sum) > limit) {
                    return TOO_MANY;
                }
            }
            return Answer.PASSES;
        };
    }

    /** The CSI volumes of a pod; one that is not made yet is named after its claim. */
    private static Set<String> volumes(PodDemand pod, ClusterView view) {
        Set<String> volumes = new HashSet<>();
        for (ClaimView claim : claims(pod, view)) {
            VolumeView volume =
                    claim.volume().isEmpty() ? null : view.storage().volumes().get(claim.volume());
            StorageClassView storageClass = view.storage().classOf(claim);
            if (volume != null) {
                volumes.add(volume.has().csi());
            } else if (storageClass != null) {
                volumes.add(storageClass.provisioner() + "/" + claim.key().namespace() + "/"
                        + claim.key().name());
            }
        }
        volumes.remove("");
        return volumes;
    }

    private static String driver(String volume) {
        return volume.substring(0, volume.indexOf('/'));
    }

    /** The zone and region of a bound volume are also its node's, unless the node has none. */
    static NodeCheck zone(PodDemand pod, ClusterView view) {
        record Place(String label, Set<String> values) {
            boolean has(Map<String, String> node) {
                String value = node.get(label);
                return values.contains(value == null ? node.getOrDefault(TOPOLOGY.get(label), "") : value);
            }
        }
        List<Place> places = new ArrayList<>();
        for (ClaimView claim : claims(pod, view)) {
            VolumeView volume = view.storage().volumes().get(claim.volume());
            if (volume != null) {
                volume.has().labels().forEach((label, value) -> {
                    if (TOPOLOGY.containsKey(label)) {
                        places.add(new Place(label, Set.of(value.split(ZONES))));
                    }
                });
            }
        }
        return (at, node) -> {
            boolean placed = TOPOLOGY.keySet().stream().anyMatch(node.labels()::containsKey);
            return !placed || places.stream().allMatch(place -> place.has(node.labels())) ? Answer.PASSES : OTHER_ZONE;
        };
    }
}
