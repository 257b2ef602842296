package io.shiplog.events.kind;

import java.util.Map;

/**
 * The order of API groups: the one with the higher priority comes first in discovery, and clients that know only the name of a
 * resource take the first group that has it.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/cmd/kube-apiserver/app/aggregator.go">apiVersionPriorities</a>
 */
public final class GroupPriority {
    /** Kubernetes lists the group of APIServices before all that they describe. */
    private static final String FIRST = "apiregistration.k8s.io";

    private static final int OTHERS = 1_000;

    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("resource.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100),
            Map.entry("metrics.k8s.io", 100));

    private GroupPriority() {}

    /** The priority of a group, as its APIServices state it; that of Shiplog's own groups is the lowest. */
    public static int of(String group) {
        return GROUPS.getOrDefault(group, OTHERS);
    }

    /** Compares two groups as discovery lists them: by priority, then by name. */
    public static int compare(String group, String other) {
        if (group.equals(FIRST) || other.equals(FIRST)) {
            return Boolean.compare(other.equals(FIRST), group.equals(FIRST));
        }
        int byPriority = Integer.compare(of(other), of(group));
        return byPriority != 0 ? byPriority : group.compareTo(other);
    }
}
