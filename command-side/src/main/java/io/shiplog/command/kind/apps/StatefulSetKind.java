package io.shiplog.command.kind.apps;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodDefaults;
import io.shiplog.command.kind.core.pod.PodWarnings;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * StatefulSets: pods with names of their own, one after another, each with its claims.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/apps/statefulset/strategy.go">
 *     statefulSetStrategy</a>
 */
public final class StatefulSetKind implements Kind {
    private static final int REVISION_HISTORY_LIMIT = 10;

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "Ready",
                    "Number of the pod with ready state",
                    (object, now) -> Trees.at(object, "status", "readyReplicas").asInt()
                            + "/"
                            + Trees.at(object, "spec", "replicas").asInt()),
            MetaColumns.AGE,
            WorkloadColumns.CONTAINERS,
            WorkloadColumns.IMAGES);

    @Override
    public KindDescription description() {
        return KindDescription.draft("apps", "v1", "StatefulSet", "statefulsets", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("sts")
                .categories("all")
                .subresources("status", "scale")
                .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return Names.label(name);
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultText(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = Trees.object(spec, "updateStrategy");
        if (text(strategy, "type").isEmpty()) {
            strategy.put("type", "RollingUpdate");
            Trees.object(strategy, "rollingUpdate");
        }
        if (text(strategy, "type").equals("RollingUpdate")
                && strategy.get("rollingUpdate") instanceof ObjectNode rolling) {
            Trees.defaultNumber(rolling, "partition", 0);
        }
        ObjectNode retention = Trees.object(spec, "persistentVolumeClaimRetentionPolicy");
        Trees.defaultText(retention, "whenDeleted", "Retain");
        Trees.defaultText(retention, "whenScaled", "Retain");
        Trees.defaultText(spec, "serviceName", "");
        Trees.defaultNumber(spec, "replicas", 1);
        Trees.defaultNumber(spec, "revisionHistoryLimit", REVISION_HISTORY_LIMIT);
        PodDefaults.setTemplate(spec);
        for (ObjectNode claim : Trees.objects(spec, "volumeClaimTemplates")) {
            claim.put("kind", "PersistentVolumeClaim").put("apiVersion", "v1");
            Trees.object(claim, "metadata");
            Trees.defaultText(Trees.object(claim, "spec"), "volumeMode", "Filesystem");
            Trees.defaultText(Trees.object(claim, "status"), "phase", "Pending");
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        object.putObject("status").put("replicas", 0).put("availableReplicas", 0);
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        SetValidation.statefulSet(object.path("spec"), true, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        SetValidation.statefulSet(object.path("spec"), false, errors);
        SetValidation.statefulSetUpdate(object.path("spec"), old.path("spec"), errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        SetValidation.statefulSetStatus(object.path("status"), errors);
        SetValidation.collisions(object, old, errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings =
                new ArrayList<>(PodWarnings.of(Trees.at(object, "spec", "template", "spec"), "spec.template.spec"));
        if (Trees.at(object, "spec", "revisionHistoryLimit").asLong() < 0) {
            warnings.add("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is"
                    + " recommended");
        }
        return warnings;
    }
}
