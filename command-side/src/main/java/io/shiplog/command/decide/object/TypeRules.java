package io.shiplog.command.decide.object;

import io.shiplog.events.object.ResourceType;
import java.util.Set;

/** Types that the decider knows by name. */
public final class TypeRules {
    public static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    public static final ResourceType PODS = ResourceType.core("pods");
    public static final ResourceType SERVICE_ACCOUNTS = ResourceType.core("serviceaccounts");
    public static final ResourceType NODES = ResourceType.core("nodes");
    public static final ResourceType EVENTS = ResourceType.core("events");
    public static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");

    /** Namespaces that cannot be deleted. */
    public static final Set<String> IMMORTAL_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private TypeRules() {}
}
