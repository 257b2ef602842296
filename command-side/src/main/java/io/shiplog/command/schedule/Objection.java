package io.shiplog.command.schedule;

import java.util.List;

/**
 * Why one filter rejects a node.
 *
 * @param plugin Kubernetes' name of the filter
 * @param reasons Kubernetes' messages; at least one
 * @param resolvable whether it may pass if other pods are gone: preemption could help
 */
public record Objection(String plugin, List<String> reasons, boolean resolvable) {
    public Objection {
        reasons = List.copyOf(reasons);
    }
}
