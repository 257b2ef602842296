package io.shiplog.command.kind.core;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.apps.WorkloadColumns;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.pod.PodDefaults;
import io.shiplog.command.kind.core.pod.PodTemplateValidation;
import io.shiplog.command.kind.core.pod.PodWarnings;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/**
 * PodTemplates: a template of pods as an object of its own.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/podtemplate/strategy.go">
 *     podTemplateStrategy</a>
 */
public final class PodTemplateKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Containers",
                    "Names of each container in the template.",
                    (object, now) -> WorkloadColumns.ofTemplate(object.path("template"), "name")),
            text(
                    "Images",
                    "Images referenced by each container in the template.",
                    (object, now) -> WorkloadColumns.ofTemplate(object.path("template"), "image")),
            text(
                    "Pod Labels",
                    "The labels for the pod template.",
                    (object, now) -> MetaColumns.labels(Trees.at(object, "template", "metadata", "labels"))));

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "PodTemplate", "podtemplates", Scope.NAMESPACED)
                .columns(COLUMNS)
                .done();
    }

    @Override
    public void setDefaults(ObjectNode object) {
        PodDefaults.setTemplate(object);
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {}

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old, DecidedState state) {}

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        PodTemplateValidation.validate(object.path("template"), "template", errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return PodWarnings.of(Trees.at(object, "template", "spec"), "template.spec");
    }
}
