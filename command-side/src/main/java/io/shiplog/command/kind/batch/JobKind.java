package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodDefaults;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.FieldPath;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Jobs: pods that run until enough of them have succeeded. Each selects its pods by a label with its uid.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/batch/job/strategy.go">jobStrategy</a>
 */
public final class JobKind implements Kind {
    static final String UID = "batch.kubernetes.io/controller-uid";
    static final String NAME = "batch.kubernetes.io/job-name";
    static final String OLD_UID = "controller-uid";
    static final String OLD_NAME = "job-name";

    private static final int BACKOFF_LIMIT = 6;

    @Override
    public KindDescription description() {
        return KindDescription.draft("batch", "v1", "Job", "jobs", Scope.NAMESPACED)
                .columns(JobColumns.JOB)
                .categories("all")
                .subresources("status")
                .field("status.successful", FieldPath.of("status.succeeded").orElse("0"))
                .done();
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public boolean orphansByDefault() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        setTemplateDefaults(spec);
        if (!spec.hasNonNull("completions") && !spec.hasNonNull("parallelism")) {
            spec.put("completions", 1);
        }
        Trees.defaultNumber(spec, "parallelism", 1);
        Trees.defaultNumber(
                spec, "backoffLimit", spec.hasNonNull("backoffLimitPerIndex") ? Integer.MAX_VALUE : BACKOFF_LIMIT);
        Trees.defaultText(spec, "completionMode", "NonIndexed");
        Trees.defaultBoolean(spec, "suspend", false);
        Trees.defaultText(
                spec,
                "podReplacementPolicy",
                spec.path("podFailurePolicy").isObject() ? "Failed" : "TerminatingOrFailed");
        Trees.defaultBoolean(spec, "manualSelector", false);
        takeLabelsOfTemplate(object);
        if (!generates(spec) || templateLabels(spec).has(UID)) {
            separateLabels(object);
        }
    }

    /** The defaults of a job's spec in a job and in a CronJob's template. */
    static void setTemplateDefaults(ObjectNode spec) {
        PodDefaults.setTemplate(spec);
        for (ObjectNode rule : Trees.objects(spec.path("podFailurePolicy"), "rules")) {
            Trees.objects(rule, "onPodConditions").forEach(each -> Trees.defaultText(each, "status", "True"));
        }
    }

    private static boolean generates(JsonNode spec) {
        return !spec.path("manualSelector").asBoolean();
    }

    private static JsonNode templateLabels(JsonNode spec) {
        return Trees.at(spec, "template", "metadata", "labels");
    }

    /** As in Kubernetes, the very labels: a new job's labels get what its template's do, and its creator owns only what was there before. */
    private static void takeLabelsOfTemplate(ObjectNode object) {
        if (templateLabels(object.path("spec")) instanceof ObjectNode labels
                && Trees.at(object, "metadata", "labels").isEmpty()) {
            Trees.object(object, "metadata").set("labels", labels);
        }
    }

    private static void separateLabels(ObjectNode object) {
        if (Trees.at(object, "metadata", "labels") instanceof ObjectNode labels
                && labels == templateLabels(object.path("spec"))) {
            Trees.object(object, "metadata").set("labels", labels.deepCopy());
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        object.putObject("status");
        ObjectNode spec = Trees.object(object, "spec");
        if (generates(spec)) {
            generateSelector(spec, Trees.name(object), Trees.text(object, "metadata", "uid"));
        }
        takeLabelsOfTemplate(object);
        separateLabels(object);
    }

    private static void generateSelector(ObjectNode spec, String name, String uid) {
        ObjectNode labels = Trees.object(Trees.object(Trees.object(spec, "template"), "metadata"), "labels");
        for (String label : List.of(OLD_NAME, NAME)) {
            if (!labels.has(label)) {
                labels.put(label, name);
            }
        }
        for (String label : List.of(OLD_UID, UID)) {
            if (!labels.has(label)) {
                labels.put(label, uid);
            }
        }
        ObjectNode selected = Trees.object(Trees.object(spec, "selector"), "matchLabels");
        if (!selected.has(UID)) {
            selected.put(UID, uid);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JobValidation.generatedSelector(object, errors);
        JobValidation.job(object.path("spec"), errors);
        JobValidation.hostnames(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        JobValidation.update(object, old, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        new JobStatusValidation(object, old, errors).validate();
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings = new ArrayList<>(0);
        List<String> wrong = Names.label(Trees.name(object));
        if (!wrong.isEmpty() && object.path("metadata").path("generation").asLong() == 1) {
            warnings.add(nameWarning(wrong));
        }
        warnings.addAll(JobValidation.warnings(object.path("spec"), "spec"));
        return warnings;
    }

    static String nameWarning(List<String> wrong) {
        return "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label"
                + " is recommended: [" + String.join(" ", wrong) + "]";
    }
}
