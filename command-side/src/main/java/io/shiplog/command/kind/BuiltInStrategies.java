package io.shiplog.command.kind;

import io.shiplog.events.kind.BuiltInKinds;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.RbacAuthorizer;
import java.util.Map;
import java.util.function.Function;

/** The strategies of the built-in kinds. Stateless except for the configuration: allocations are found in the decided state. */
public final class BuiltInStrategies {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private final Map<ResourceType, KindStrategy> strategies;

    /** @param network the addresses and ports of Services */
    public BuiltInStrategies(ServiceNetwork network) {
        AccessStrategies.Escalation escalation = new AccessStrategies.Escalation(new RbacAuthorizer());
        strategies = Map.ofEntries(
                core("pods", new PodStrategy()),
                core("services", new ServiceStrategy(network)),
                core("namespaces", new ClusterStrategies.OfNamespace()),
                core("nodes", new ClusterStrategies.OfNode()),
                core("configmaps", new ConfigStrategies.OfConfigMap()),
                core("secrets", new ConfigStrategies.OfSecret()),
                core("events", new EventStrategy(false)),
                of("events.k8s.io", "events", new EventStrategy(true)),
                of("coordination.k8s.io", "leases", new ClusterStrategies.OfLease()),
                Map.entry(PriorityClassStrategy.TYPE, new PriorityClassStrategy()),
                core("endpoints", new EndpointStrategies.OfEndpoints()),
                core("replicationcontrollers", workload(WorkloadStrategy.Workload.REPLICATION_CONTROLLER)),
                of("apps", "replicasets", workload(WorkloadStrategy.Workload.REPLICA_SET)),
                of("apps", "deployments", workload(WorkloadStrategy.Workload.DEPLOYMENT)),
                of("discovery.k8s.io", "endpointslices", new EndpointStrategies.OfEndpointSlice()),
                of("keys.shiplog.io", "keyrotations", new KeyRotationStrategy(BuiltInKinds::catalogue)),
                rbac("roles", type -> new AccessStrategies.OfRole(type, escalation)),
                rbac("clusterroles", type -> new AccessStrategies.OfRole(type, escalation)),
                rbac("rolebindings", type -> new AccessStrategies.OfBinding(type, escalation)),
                rbac("clusterrolebindings", type -> new AccessStrategies.OfBinding(type, escalation)));
    }

    /** The strategy of a type as the client names it, {@link KindStrategy#PLAIN} by default. */
    public KindStrategy of(ResourceType type) {
        return strategies.getOrDefault(type, KindStrategy.PLAIN);
    }

    private static KindStrategy workload(WorkloadStrategy.Workload workload) {
        return new WorkloadStrategy(workload);
    }

    private static Map.Entry<ResourceType, KindStrategy> rbac(
            String resource, Function<ResourceType, KindStrategy> strategy) {
        ResourceType type = new ResourceType(RBAC, resource);
        return Map.entry(type, strategy.apply(type));
    }

    private static Map.Entry<ResourceType, KindStrategy> core(String resource, KindStrategy strategy) {
        return of("", resource, strategy);
    }

    private static Map.Entry<ResourceType, KindStrategy> of(String group, String resource, KindStrategy strategy) {
        return Map.entry(new ResourceType(group, resource), strategy);
    }
}
