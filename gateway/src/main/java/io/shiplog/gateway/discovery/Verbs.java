package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.gateway.view.ComponentKind;
import io.shiplog.gateway.view.MetricsKinds;
import java.util.List;

/** The verbs of a resource. */
public final class Verbs {
    private static final List<String> ALL =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    /** Namespaces have no deletecollection, here as in Kubernetes. */
    private static final List<String> NO_COLLECTION =
            List.of("create", "delete", "get", "list", "patch", "update", "watch");

    /** For read-only kinds. */
    private static final List<String> READING = List.of("get", "list", "watch");

    private static final List<String> ASKING = List.of("get", "list");

    private Verbs() {}

    public static List<String> of(KindDescription kind) {
        if (kind.type().equals(ChangeKind.TYPE)) {
            return READING;
        }
        if (kind.type().equals(ComponentKind.DESCRIPTION.type()) || kind.group().equals(MetricsKinds.GROUP)) {
            return ASKING;
        }
        return kind.type().equals(ResourceType.core("namespaces")) ? NO_COLLECTION : ALL;
    }
}
