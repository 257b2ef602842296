package io.shiplog.command.schedule;

import java.util.List;

/**
 * Why one filter keeps a pod away from a node.
 *
 * @param plugin the filter, by the name of Kubernetes' plugin
 * @param reasons as Kubernetes words them; at least one
 * @param resolvable whether it may pass if other pods go: what preemption could help
 */
public record Objection(String plugin, List<String> reasons, boolean resolvable) {
    public Objection {
        reasons = List.copyOf(reasons);
    }
}
