package io.shiplog.command.kind.resource;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code resource.k8s.io}. */
public final class ResourceKinds {
    static final String GROUP = "resource.k8s.io";

    private ResourceKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(
                new DeviceClassKind(),
                new ResourceClaimKind(),
                new ResourceClaimTemplateKind(),
                new ResourceSliceKind());
    }
}
