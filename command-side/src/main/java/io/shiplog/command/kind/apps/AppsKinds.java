package io.shiplog.command.kind.apps;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code apps}. */
public final class AppsKinds {
    private AppsKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(
                new WorkloadKind(WorkloadKind.Workload.DEPLOYMENT),
                new WorkloadKind(WorkloadKind.Workload.REPLICA_SET),
                new DaemonSetKind(),
                new StatefulSetKind(),
                new ControllerRevisionKind());
    }
}
