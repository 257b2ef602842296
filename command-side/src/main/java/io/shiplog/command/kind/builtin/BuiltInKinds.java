package io.shiplog.command.kind.builtin;

import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.admissionregistration.AdmissionRegistrationKinds;
import io.shiplog.command.kind.apiextensions.CustomResourceDefinitionKind;
import io.shiplog.command.kind.apiregistration.ApiServiceKind;
import io.shiplog.command.kind.apps.AppsKinds;
import io.shiplog.command.kind.autoscaling.HorizontalPodAutoscalerKind;
import io.shiplog.command.kind.batch.BatchKinds;
import io.shiplog.command.kind.certificates.CertificateSigningRequestKind;
import io.shiplog.command.kind.coordination.LeaseKind;
import io.shiplog.command.kind.core.CoreKinds;
import io.shiplog.command.kind.core.event.EventKind;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.discovery.EndpointSliceKind;
import io.shiplog.command.kind.flowcontrol.FlowControlKinds;
import io.shiplog.command.kind.keys.KeyRotationKind;
import io.shiplog.command.kind.networking.NetworkingKinds;
import io.shiplog.command.kind.node.RuntimeClassKind;
import io.shiplog.command.kind.policy.PodDisruptionBudgetKind;
import io.shiplog.command.kind.rbac.RbacKinds;
import io.shiplog.command.kind.resource.ResourceKinds;
import io.shiplog.command.kind.scheduling.PriorityClassKind;
import io.shiplog.command.kind.storage.StorageKinds;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.object.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The kinds that every cluster serves from the start, group by group. To add one, see {@code docs/recipes/add-a-kind.md}.
 */
public final class BuiltInKinds {
    private static final KindCatalogue CATALOGUE = new BuiltInKinds(ServiceNetwork.DEFAULT)
            .kinds.values().stream()
                    .map(Kind::description)
                    .reduce(KindCatalogue.EMPTY, KindCatalogue::with, (a, b) -> b);

    private final Map<ResourceType, Kind> kinds = new LinkedHashMap<>();

    /** @param network the addresses and ports of Services */
    public BuiltInKinds(ServiceNetwork network) {
        Stream.of(
                        CoreKinds.all(network),
                        AppsKinds.all(),
                        BatchKinds.all(),
                        List.of(new HorizontalPodAutoscalerKind()),
                        List.of(new PodDisruptionBudgetKind()),
                        List.of(new LeaseKind()),
                        List.of(new EndpointSliceKind()),
                        List.of(new EventKind(true)),
                        RbacKinds.all(),
                        NetworkingKinds.all(),
                        List.of(
                                new ApiServiceKind(),
                                new CertificateSigningRequestKind(),
                                new CustomResourceDefinitionKind()),
                        FlowControlKinds.all(),
                        AdmissionRegistrationKinds.all(),
                        List.of(new PriorityClassKind()),
                        StorageKinds.all(),
                        List.of(new RuntimeClassKind()),
                        ResourceKinds.all(),
                        List.of(new KeyRotationKind()))
                .flatMap(List::stream)
                .forEach(kind -> kinds.put(kind.description().type(), kind));
    }

    /** What there is to know of them without deciding. */
    public static KindCatalogue catalogue() {
        return CATALOGUE;
    }

    /**
     * The kind of a type as the client names it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Kind of(ResourceType type) {
        Kind kind = kinds.get(type);
        if (kind == null) {
            throw new IllegalArgumentException("not a built-in kind: " + type);
        }
        return kind;
    }
}
