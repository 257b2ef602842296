package io.shiplog.command.control.replicas;

import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;

/** Cached selectors of sets: every orphan pod is tested against all in its namespace. */
final class Selectors {
    private static final int REMEMBERED = 4096;
    private static final Memo<LabelSelector> OF_SETS = new Memo<>(
            REMEMBERED, set -> ReplicaKind.REPLICA_SET.selector(set.json().tree()));
    private static final Memo<LabelSelector> OF_CONTROLLERS = new Memo<>(
            REMEMBERED,
            set -> ReplicaKind.REPLICATION_CONTROLLER.selector(set.json().tree()));

    private Selectors() {}

    static LabelSelector of(ReplicaKind kind, StoredObject set) {
        return switch (kind) {
            case REPLICA_SET -> OF_SETS.of(set);
            case REPLICATION_CONTROLLER -> OF_CONTROLLERS.of(set);
        };
    }
}
