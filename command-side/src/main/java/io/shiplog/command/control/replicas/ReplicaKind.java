package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ResourceType;

/** The differences between the two kinds. */
enum ReplicaKind {
    REPLICA_SET(Types.REPLICA_SETS, "apps/v1", "ReplicaSet", "replicaset-controller"),
    REPLICATION_CONTROLLER(Types.REPLICATION_CONTROLLERS, "v1", "ReplicationController", "replication-controller");

    private final ResourceType type;
    private final String apiVersion;
    private final String kind;
    private final String controllerName;

    ReplicaKind(ResourceType type, String apiVersion, String kind, String controllerName) {
        this.type = type;
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.controllerName = controllerName;
    }

    ResourceType type() {
        return type;
    }

    String apiVersion() {
        return apiVersion;
    }

    String kind() {
        return kind;
    }

    String controllerName() {
        return controllerName;
    }

    /** Empty for an object without one, which selects nothing. */
    LabelSelector selector(JsonNode tree) {
        JsonNode selector = tree.path("spec").path("selector");
        return switch (this) {
            case REPLICA_SET -> LabelSelector.of(selector);
            case REPLICATION_CONTROLLER -> LabelSelector.ofLabels(selector);
        };
    }
}
