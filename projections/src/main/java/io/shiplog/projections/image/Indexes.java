package io.shiplog.projections.image;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;

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

    private static final List<Index<?>> ALL = List.of(OWNER, NODE, CLAIM, ADDRESS, NODE_PORT);

    private Indexes() {}

    /** The indexes in which objects of a type may be. */
    static List<Index<?>> of(ResourceType type) {
        return ALL.stream().filter(index -> index.covers(type)).toList();
    }
}
