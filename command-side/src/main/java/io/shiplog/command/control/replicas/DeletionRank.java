package io.shiplog.command.control.replicas;

import io.shiplog.command.control.view.PodView;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The order in which surplus pods are deleted.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/controller_utils.go">ActivePodsWithRanks</a>
 */
public final class DeletionRank {
    private DeletionRank() {}

    /**
     * The pods in the order of deletion: without a node, pending, not ready, low deletion cost, many on the same node, ready
     * for the shortest time, most restarts, newest.
     *
     * @param related pods of all sets of the same owner: they count on their node
     */
    public static List<PodView> ordered(List<PodView> pods, List<PodView> related) {
        Map<String, Long> perNode = related.stream()
                .filter(pod -> pod.active() && pod.node() != null)
                .collect(Collectors.groupingBy(DeletionRank::nodeOf, Collectors.counting()));
        Function<PodView, Long> crowd = pod -> perNode.getOrDefault(nodeOf(pod), 0L);
        Comparator<PodView> order = Comparator.comparing((PodView pod) -> pod.node() != null)
                .thenComparing(DeletionRank::phase)
                .thenComparing(PodView::ready)
                .thenComparing(pod -> pod.read().deletionCost())
                .thenComparing(crowd, Comparator.reverseOrder())
                .thenComparing(DeletionRank::readySince, Comparator.reverseOrder())
                .thenComparing(pod -> pod.read().restarts(), Comparator.reverseOrder())
                .thenComparing(pod -> pod.read().created(), Comparator.reverseOrder())
                .thenComparing(PodView::name);
        return pods.stream().sorted(order).toList();
    }

    private static int phase(PodView pod) {
        return switch (pod.read().phase()) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    private static String nodeOf(PodView pod) {
        String node = pod.node();
        return node == null ? "" : node;
    }

    private static Instant readySince(PodView pod) {
        @Nullable Instant since = pod.read().readySince();
        return since == null ? Instant.EPOCH : since;
    }
}
