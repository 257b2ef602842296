package io.shiplog.projections.image;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The indexes of an image. To add one, declare it here: extraction, images and the decided state follow. */
public final class Indexes {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");

    /** Objects of every type by the uids of their owners. */
    public static final Index<String> OWNER =
            new Index<>("owner", null, (_, uid) -> uid, "metadata.ownerReferences.*.uid");

    /** Pods by the node to which they are bound. */
    public static final Index<String> NODE = new Index<>("node", PODS, (_, node) -> node, "spec.nodeName");

    /** Pods by the claims that they name. The claim of an ephemeral volume is not named: the pod owns it. */
    public static final Index<ObjectKey> CLAIM = new Index<>(
            "claim",
            PODS,
            (pod, name) -> ObjectKey.of(CLAIMS, pod.namespace(), name),
            "spec.volumes.*.persistentVolumeClaim.claimName");

    /** Services by {@code spec.clusterIP}: one, unless an address was given twice. */
    public static final Index<String> ADDRESS =
            new Index<>("address", SERVICES, (_, address) -> address.equals("None") ? null : address, "spec.clusterIP");

    /** Services by their node ports, in decimal digits, those of health checks included. */
    public static final Index<String> NODE_PORT = new Index<>(
            "nodePort",
            SERVICES,
            (_, port) -> port.equals("0") ? null : port,
            "spec.ports.*.nodePort",
            "spec.healthCheckNodePort");

    /** EndpointSlices by the Service that their label {@code kubernetes.io/service-name} names. */
    public static final Index<ObjectKey> SLICES_OF = Index.ofLabels(
            "slicesOf",
            new ResourceType("discovery.k8s.io", "endpointslices"),
            (slice, labels) -> {
                String service = labels.get("kubernetes.io/service-name");
                return service == null ? List.of() : List.of(ObjectKey.of(SERVICES, slice.namespace(), service));
            },
            (_, _) -> null);

    private static final Map<ResourceType, Index<String>> ORPHANS = Stream.of(
                    PODS, new ResourceType("apps", "replicasets"), new ResourceType("apps", "controllerrevisions"))
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(),
                    type -> Index.ofLabels(
                            "orphans of " + type,
                            type,
                            Indexes::orphanKeys,
                            (_, controller) -> controller.equals("true") ? controller : null,
                            "metadata.ownerReferences.*.controller")));

    private static final List<Index<?>> ALL = Stream.<Index<?>>concat(
                    Stream.of(OWNER, NODE, CLAIM, ADDRESS, NODE_PORT, SLICES_OF), ORPHANS.values().stream())
            .toList();

    private Indexes() {}

    /**
     * The objects of a type that have no controller, by {@link #orphan(String)} and, for each of their labels, by
     * {@link #orphan(String, String, String)}. A controller adopts those that its selector selects.
     *
     * @throws IllegalArgumentException if no controller adopts objects of that type
     */
    public static Index<String> orphans(ResourceType type) {
        Index<String> index = ORPHANS.get(type);
        if (index == null) {
            throw new IllegalArgumentException("no index of orphans of " + type);
        }
        return index;
    }

    /** The key of all orphans of a namespace. */
    public static String orphan(String namespace) {
        return namespace;
    }

    /** The key of the orphans of a namespace with a label. */
    public static String orphan(String namespace, String label, String value) {
        return namespace + ' ' + label + '=' + value;
    }

    private static List<String> orphanKeys(ObjectKey object, Map<String, String> labels) {
        return Stream.concat(
                        Stream.of(orphan(object.namespace())),
                        labels.entrySet().stream()
                                .map(each -> orphan(object.namespace(), each.getKey(), each.getValue())))
                .toList();
    }

    /** The indexes in which objects of a type may be. */
    static List<Index<?>> of(ResourceType type) {
        return ALL.stream().filter(index -> index.covers(type)).toList();
    }
}
