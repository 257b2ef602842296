package io.shiplog.command.kind.core;

import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.apps.WorkloadKind;
import io.shiplog.command.kind.core.config.ConfigMapKind;
import io.shiplog.command.kind.core.config.SecretKind;
import io.shiplog.command.kind.core.endpoints.EndpointsKind;
import io.shiplog.command.kind.core.event.EventKind;
import io.shiplog.command.kind.core.namespace.NamespaceKind;
import io.shiplog.command.kind.core.node.NodeKind;
import io.shiplog.command.kind.core.pod.PodKind;
import io.shiplog.command.kind.core.quota.LimitRangeKind;
import io.shiplog.command.kind.core.quota.ResourceQuotaKind;
import io.shiplog.command.kind.core.service.ServiceKind;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.core.serviceaccount.ServiceAccountKind;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.command.kind.core.volume.PersistentVolumeKind;
import java.util.List;

/** The kinds of the core group. */
public final class CoreKinds {
    private CoreKinds() {}

    /** All of them. */
    public static List<Kind> all(ServiceNetwork network) {
        return List.of(
                new NamespaceKind(),
                new NodeKind(),
                new ConfigMapKind(),
                new SecretKind(),
                new ServiceAccountKind(),
                new PodKind(),
                new PodTemplateKind(),
                new WorkloadKind(WorkloadKind.Workload.REPLICATION_CONTROLLER),
                new ServiceKind(network),
                new EndpointsKind(),
                new EventKind(false),
                new PersistentVolumeKind(),
                new PersistentVolumeClaimKind(),
                new LimitRangeKind(),
                new ResourceQuotaKind());
    }
}
