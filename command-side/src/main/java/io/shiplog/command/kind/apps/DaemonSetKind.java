package io.shiplog.command.kind.apps;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.number;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.core.pod.PodDefaults;
import io.shiplog.command.kind.core.pod.PodWarnings;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Set;

/**
 * DaemonSets: a pod from a template on each node that fits.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/apps/daemonset/strategy.go">
 *     daemonSetStrategy</a>
 */
public final class DaemonSetKind implements Kind {
    /** Counts the changes of the template. Clients cannot set it, but for its first value. */
    static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final int REVISION_HISTORY_LIMIT = 10;

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            count(
                    "Desired",
                    "desiredNumberScheduled",
                    "The total number of nodes that should be running the daemon pod (including nodes correctly running the"
                            + " daemon pod)."
                            + " More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"),
            count(
                    "Current",
                    "currentNumberScheduled",
                    "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod."
                            + " More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"),
            count(
                    "Ready",
                    "numberReady",
                    "numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon"
                            + " pod running with a Ready Condition."),
            count(
                    "Up-to-date",
                    "updatedNumberScheduled",
                    "The total number of nodes that are running updated daemon pod"),
            count(
                    "Available",
                    "numberAvailable",
                    "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and"
                            + " available (ready for at least spec.minReadySeconds)"),
            MetaColumns.text(
                    "Node Selector",
                    "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a"
                            + " node's labels for the pod to be scheduled on that node. More info:"
                            + " https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
                    (object, now) -> MetaColumns.labels(Trees.at(object, "spec", "template", "spec", "nodeSelector"))),
            MetaColumns.AGE,
            WorkloadColumns.CONTAINERS,
            WorkloadColumns.IMAGES,
            wide(
                    "Selector",
                    "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must"
                            + " match the pod template's labels. More info:"
                            + " https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
                    (object, now) ->
                            LabelSelectors.textOrNone(object.path("spec").path("selector"))));

    private static Column count(String name, String field, String description) {
        return number(
                name,
                description,
                (object, now) -> Trees.at(object, "status", field).asInt());
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("apps", "v1", "DaemonSet", "daemonsets", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("ds")
                .categories("all")
                .subresources("status")
                .done();
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        // Kubernetes' types of a DaemonSet always have it: so the first writer of the object owns it.
        Trees.defaultText(Trees.object(Trees.object(object, "metadata"), "annotations"), TEMPLATE_GENERATION, "0");
        ObjectNode spec = Trees.object(object, "spec");
        PodDefaults.setTemplate(spec);
        ObjectNode strategy = Trees.object(spec, "updateStrategy");
        Trees.defaultText(strategy, "type", "RollingUpdate");
        if (text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Trees.object(strategy, "rollingUpdate");
            Trees.defaultNumber(rolling, "maxUnavailable", 1);
            Trees.defaultNumber(rolling, "maxSurge", 0);
        }
        Trees.defaultNumber(spec, "revisionHistoryLimit", REVISION_HISTORY_LIMIT);
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        ObjectNode status = object.putObject("status");
        for (String count :
                List.of("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")) {
            status.put(count, 0);
        }
        setTemplateGeneration(object, Math.max(1, templateGeneration(object)));
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(object, old, state);
        boolean changed = !Trees.at(object, "spec", "template").equals(Trees.at(old, "spec", "template"));
        setTemplateGeneration(object, templateGeneration(old) + (changed ? 1 : 0));
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        Kind.super.prepareForStatusUpdate(object, old, state);
        setTemplateGeneration(object, templateGeneration(old));
    }

    private static void setTemplateGeneration(ObjectNode object, long generation) {
        Trees.object(Trees.object(object, "metadata"), "annotations")
                .put(TEMPLATE_GENERATION, Long.toString(generation));
    }

    private static long templateGeneration(JsonNode object) {
        return Trees.at(object, "metadata", "annotations", TEMPLATE_GENERATION).asLong(0);
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        SetValidation.daemonSet(object.path("spec"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        Checks.immutable(
                Trees.at(object, "spec", "selector"), Trees.at(old, "spec", "selector"), "spec.selector", errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        SetValidation.notNegative(
                object.path("status"),
                List.of(
                        "currentNumberScheduled",
                        "numberMisscheduled",
                        "desiredNumberScheduled",
                        "numberReady",
                        "observedGeneration",
                        "updatedNumberScheduled",
                        "numberAvailable",
                        "numberUnavailable",
                        "collisionCount"),
                errors);
        SetValidation.collisions(object, old, errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return PodWarnings.of(Trees.at(object, "spec", "template", "spec"), "spec.template.spec");
    }
}
