package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Spread;
import io.shiplog.events.placement.Resources;
import io.shiplog.events.placement.Taint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which changes may make a pod schedulable, by the plugins that rejected nodes for it. A pod that no change can help stays where it is;
 * one that a change may help is retried. Of each node only the first plugin that rejects it counts: the others matter once it passes.
 *
 * @see <a href="https://kubernetes.io/blog/2024/12/12/scheduler-queueinghint/">QueueingHint</a>
 */
final class QueueingHints {
    private static final String UNSCHEDULABLE = "NodeUnschedulable";
    private static final String TAINTS = "TaintToleration";
    private static final String AFFINITY = "NodeAffinity";
    private static final String PORTS = "NodePorts";
    private static final String FIT = "NodeResourcesFit";
    private static final String SPREAD = "PodTopologySpread";
    private static final String NEIGHBOURS = "InterPodAffinity";
    static final String BINDING = "VolumeBinding";
    private static final String ZONE = "VolumeZone";
    private static final String RESTRICTIONS = "VolumeRestrictions";
    private static final String LIMITS = "NodeVolumeLimits";
    private static final String DEVICES = "DynamicResources";

    /** Whether a change may help a pod with a plugin that rejected it. */
    @FunctionalInterface
    interface Hint {
        boolean mayHelp(PodDemand pod, String plugin);
    }

    /** Any change that is not one of the others. */
    static final Hint ANY = (pod, plugin) -> true;

    /** A claim, a volume, a class, or what a node may attach. */
    static final Hint STORAGE = (pod, plugin) -> switch (plugin) {
        case BINDING, ZONE, RESTRICTIONS, LIMITS -> true;
        default -> false;
    };

    /** The labels of a namespace. */
    static final Hint NAMESPACE = (pod, plugin) -> plugin.equals(NEIGHBOURS);

    private QueueingHints() {}

    /**
     * A node that came, went, or changed what it offers. One that went may help any pod: spread counts other domains, and a nomination to
     * it is void.
     *
     * @param before null for a new one
     * @param after null for one that is gone
     */
    static Hint node(@Nullable NodeState before, @Nullable NodeState after) {
        if (after == null) {
            return ANY;
        }
        boolean labels = before == null || !before.labels().equals(after.labels());
        boolean taints =
                before == null || !before.offer().taints().equals(after.offer().taints());
        return (pod, plugin) -> switch (plugin) {
            case UNSCHEDULABLE -> opens(pod, after) && (before == null || !opens(pod, before));
            case TAINTS -> tolerated(pod, after) && (before == null || !tolerated(pod, before));
            case AFFINITY -> labels && pod.chooses(after);
            case FIT -> hasRoom(pod, after) && (before == null || offersMore(pod, before, after));
            case PORTS, LIMITS -> before == null;
            case SPREAD -> labels || taints;
            case NEIGHBOURS, BINDING, ZONE -> labels;
            case RESTRICTIONS, DEVICES -> false;
            default -> true;
        };
    }

    private static boolean opens(PodDemand pod, NodeState node) {
        return !node.offer().unschedulable() || pod.tolerates(Filters.CORDONED);
    }

    private static boolean tolerated(PodDemand pod, NodeState node) {
        for (Taint taint : node.offer().taints()) {
            if (taint.preventsScheduling() && !pod.tolerates(taint)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the pod would fit on the node without other pods. */
    private static boolean hasRoom(PodDemand pod, NodeState node) {
        return node.offer().shortages(pod.needs().requests(), Resources.NONE, 0).isEmpty();
    }

    private static boolean offersMore(PodDemand pod, NodeState before, NodeState after) {
        Resources was = before.offer().allocatable();
        Resources is = after.offer().allocatable();
        for (Map.Entry<String, Long> each : pod.needs().requests().amounts().entrySet()) {
            if (is.of(each.getKey()) > was.of(each.getKey())) {
                return true;
            }
        }
        return is.of(Resources.PODS) > was.of(Resources.PODS);
    }

    /** Whether a change of a pod on a node may help any other: its status alone does not. */
    static boolean matters(@Nullable PodDemand before, @Nullable PodDemand after) {
        return moves(before, after) || needsChange(before, after);
    }

    private static boolean moves(@Nullable PodDemand before, @Nullable PodDemand after) {
        return before == null || after == null
                ? before != after
                : !before.labels().equals(after.labels()) || before.deleting() != after.deleting();
    }

    private static boolean needsChange(@Nullable PodDemand before, @Nullable PodDemand after) {
        return before != null
                && (after == null
                        || !before.needs().requests().equals(after.needs().requests()));
    }

    /**
     * A pod that came to a node, left it, or changed there.
     *
     * @param before null if it was on no node
     * @param after null if it is on none any more
     */
    static Hint placedPod(@Nullable PodDemand before, @Nullable PodDemand after) {
        boolean moves = moves(before, after);
        boolean needsChange = needsChange(before, after);
        PodDemand gone = after == null ? before : null;
        return (pod, plugin) -> switch (plugin) {
            case FIT -> needsChange;
            case PORTS -> gone != null && pod.needs().collides(gone.needs().hostPorts());
            case SPREAD -> moves && (concerns(pod.spreads(), pod, before) || concerns(pod.spreads(), pod, after));
            case NEIGHBOURS -> moves && (mayBeNear(pod, after) || mayRepel(pod, before));
            case RESTRICTIONS, LIMITS, BINDING -> gone != null && !gone.claims().isEmpty();
            case UNSCHEDULABLE, TAINTS, AFFINITY, ZONE, DEVICES -> false;
            default -> true;
        };
    }

    private static boolean concerns(List<Spread> spreads, PodDemand pod, @Nullable PodDemand other) {
        if (other == null || !other.key().namespace().equals(pod.key().namespace())) {
            return false;
        }
        for (Spread spread : spreads) {
            if (spread.must() && spread.selector().matches(other.labels())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the pod has an affinity term whose selector matches; of which namespaces is not looked at. */
    private static boolean mayBeNear(PodDemand pod, @Nullable PodDemand other) {
        return other != null && anySelects(pod.near(), other);
    }

    private static boolean mayRepel(PodDemand pod, @Nullable PodDemand other) {
        return other != null && (anySelects(pod.far(), other) || anySelects(other.far(), pod));
    }

    private static boolean anySelects(List<Neighbour> terms, PodDemand pod) {
        for (Neighbour term : terms) {
            if (term.selector().matches(pod.labels())) {
                return true;
            }
        }
        return false;
    }
}
