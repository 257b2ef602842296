package io.shiplog.command.schedule;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why a pod fits no node, in one sentence: {@code 0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.}
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go">FitError</a>
 */
final class FitError {
    static final String NO_NODES = "no nodes available to schedule pods";

    private FitError() {}

    /** @param reasons of each node, at least one each */
    static String of(List<List<String>> reasons) {
        Map<String, Integer> counts = new TreeMap<>();
        reasons.forEach(ofNode -> ofNode.forEach(reason -> counts.merge(reason, 1, Integer::sum)));
        return "0/%d nodes are available: %s."
                .formatted(
                        reasons.size(),
                        counts.entrySet().stream()
                                .map(each -> each.getValue() + " " + each.getKey())
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }
}
