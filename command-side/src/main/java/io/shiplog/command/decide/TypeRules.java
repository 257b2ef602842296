package io.shiplog.command.decide;

import io.shiplog.events.object.ResourceType;
import java.util.Set;

/** Types that the decider knows by name. */
final class TypeRules {
    static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    static final ResourceType PODS = ResourceType.core("pods");
    static final ResourceType NODES = ResourceType.core("nodes");
    static final ResourceType EVENTS = ResourceType.core("events");
    static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");

    /** Namespaces that cannot be deleted. */
    static final Set<String> IMMORTAL_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private TypeRules() {}
}
