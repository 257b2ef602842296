package io.shiplog.command.kind.flowcontrol;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code flowcontrol.apiserver.k8s.io}. */
public final class FlowControlKinds {
    static final String GROUP = "flowcontrol.apiserver.k8s.io";

    private FlowControlKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(new FlowSchemaKind(), new PriorityLevelKind());
    }
}
