package io.shiplog.command.kind.apps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodDefaults;
import io.shiplog.command.kind.core.pod.PodWarnings;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Set;

/** Deployments, ReplicaSets and ReplicationControllers: a number of pods from a template. */
public final class WorkloadKind implements Kind {
    private static final Set<String> DEPLOYMENT_STATUS_METADATA =
            Set.of("annotations", "ownerReferences", "finalizers");
    private static final int REVISION_HISTORY_LIMIT = 10;
    private static final int PROGRESS_DEADLINE_SECONDS = 600;

    /** The kinds with these rules. */
    public enum Workload {
        DEPLOYMENT,
        REPLICA_SET,
        REPLICATION_CONTROLLER
    }

    private final Workload workload;

    public WorkloadKind(Workload workload) {
        this.workload = workload;
    }

    @Override
    public KindDescription description() {
        KindDescription.Draft draft = switch (workload) {
            case DEPLOYMENT ->
                KindDescription.draft("apps", "v1", "Deployment", "deployments", Scope.NAMESPACED)
                        .columns(WorkloadColumns.DEPLOYMENT)
                        .shortNames("deploy");
            case REPLICA_SET ->
                replicated(KindDescription.draft("apps", "v1", "ReplicaSet", "replicasets", Scope.NAMESPACED))
                        .columns(WorkloadColumns.REPLICA_SET)
                        .shortNames("rs");
            case REPLICATION_CONTROLLER ->
                replicated(KindDescription.draft(
                                "", "v1", "ReplicationController", "replicationcontrollers", Scope.NAMESPACED))
                        .columns(WorkloadColumns.REPLICATION_CONTROLLER)
                        .shortNames("rc");
        };
        return draft.categories("all").subresources("status", "scale").done();
    }

    private static KindDescription.Draft replicated(KindDescription.Draft draft) {
        return draft.field("status.replicas", FieldPath.of("status.replicas").orElse("0"));
    }

    @Override
    public List<String> nameErrors(String name) {
        List<String> wrong = Kind.super.nameErrors(name);
        return workload == Workload.REPLICATION_CONTROLLER ? Names.boundedInBytes(wrong) : wrong;
    }

    @Override
    public Set<String> statusMetadata() {
        return workload == Workload.DEPLOYMENT ? DEPLOYMENT_STATUS_METADATA : CLIENTS_METADATA;
    }

    @Override
    public boolean orphansByDefault() {
        return workload == Workload.REPLICATION_CONTROLLER;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultNumber(spec, "replicas", 1);
        switch (workload) {
            case DEPLOYMENT -> setDeploymentDefaults(spec);
            case REPLICA_SET -> {}
            case REPLICATION_CONTROLLER -> takeLabelsOfTemplate(object, spec);
        }
        // A ReplicationController's template is optional in its schema.
        if (workload != Workload.REPLICATION_CONTROLLER || spec.path("template").isObject()) {
            PodDefaults.setTemplate(spec);
        }
    }

    private static void setDeploymentDefaults(ObjectNode spec) {
        ObjectNode strategy = Trees.object(spec, "strategy");
        Trees.defaultText(strategy, "type", "RollingUpdate");
        if (Trees.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Trees.object(strategy, "rollingUpdate");
            Trees.defaultText(rolling, "maxUnavailable", "25%");
            Trees.defaultText(rolling, "maxSurge", "25%");
        }
        Trees.defaultNumber(spec, "revisionHistoryLimit", REVISION_HISTORY_LIMIT);
        Trees.defaultNumber(spec, "progressDeadlineSeconds", PROGRESS_DEADLINE_SECONDS);
    }

    private static void takeLabelsOfTemplate(ObjectNode object, ObjectNode spec) {
        JsonNode labels = Trees.at(spec, "template", "metadata", "labels");
        if (!(labels instanceof ObjectNode of)) {
            return;
        }
        if (spec.path("selector").isEmpty()) {
            spec.set("selector", of.deepCopy());
        }
        if (Trees.at(object, "metadata", "labels").isEmpty()) {
            Trees.object(object, "metadata").set("labels", of.deepCopy());
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        ObjectNode status = object.putObject("status");
        switch (workload) {
            case DEPLOYMENT -> {}
            case REPLICA_SET, REPLICATION_CONTROLLER -> status.put("replicas", 0);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        WorkloadValidation.common(spec, errors);
        switch (workload) {
            case DEPLOYMENT -> {
                WorkloadValidation.selectorAndTemplate(spec, "deployment", errors);
                WorkloadValidation.deployment(spec, errors);
            }
            case REPLICA_SET -> WorkloadValidation.selectorAndTemplate(spec, "deployment", errors);
            case REPLICATION_CONTROLLER -> WorkloadValidation.plainSelectorAndTemplate(spec, errors);
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        switch (workload) {
            case DEPLOYMENT, REPLICA_SET -> WorkloadValidation.update(object, old, errors);
            case REPLICATION_CONTROLLER -> {}
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        WorkloadValidation.status(object, errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return PodWarnings.of(Trees.at(object, "spec", "template", "spec"), "spec.template.spec");
    }
}
