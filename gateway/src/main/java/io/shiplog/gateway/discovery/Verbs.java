package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.view.ChangeKind;
import java.util.List;

/** What can be done with a resource. */
public final class Verbs {
    private static final List<String> ALL =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    /** Namespaces are never deleted by the dozen, here as in Kubernetes. */
    private static final List<String> NO_COLLECTION =
            List.of("create", "delete", "get", "list", "patch", "update", "watch");

    /** Of kinds that are only read. */
    private static final List<String> READING = List.of("get", "list", "watch");

    private Verbs() {}

    public static List<String> of(KindDescription kind) {
        if (kind.type().equals(ChangeKind.TYPE)) {
            return READING;
        }
        return kind.type().equals(ResourceType.core("namespaces")) ? NO_COLLECTION : ALL;
    }
}
