package io.shiplog.command.kind.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * CronJobs: a Job at each time of a schedule.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/batch/cronjob/strategy.go">
 *     cronJobStrategy</a>
 */
public final class CronJobKind implements Kind {
    /** 63 for a job's name, without the eleven that the controller adds. */
    private static final int MAX_NAME = 52;

    private static final int SUCCESSFUL_JOBS = 3;
    private static final List<String> CONCURRENCY = List.of("Allow", "Forbid", "Replace");

    @Override
    public KindDescription description() {
        return KindDescription.draft("batch", "v1", "CronJob", "cronjobs", Scope.NAMESPACED)
                .columns(JobColumns.CRON_JOB)
                .shortNames("cj")
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
        ObjectNode spec = Trees.object(object, "spec");
        ObjectNode template = Trees.object(spec, "jobTemplate");
        Trees.object(template, "metadata");
        JobKind.setTemplateDefaults(Trees.object(template, "spec"));
        Trees.defaultText(spec, "concurrencyPolicy", "Allow");
        Trees.defaultBoolean(spec, "suspend", false);
        Trees.defaultNumber(spec, "successfulJobsHistoryLimit", SUCCESSFUL_JOBS);
        Trees.defaultNumber(spec, "failedJobsHistoryLimit", 1);
    }

    @Override
    public void prepareForCreate(ObjectNode object, DecidedState state) {
        object.putObject("status");
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        validateSpec(spec, false, true, errors);
        String name = Trees.name(object);
        if (name.length() > MAX_NAME) {
            errors.invalid("metadata.name", name, "must be no more than 52 characters");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        boolean zoneInSchedule = Trees.text(before, "schedule").contains("TZ");
        validateSpec(spec, zoneInSchedule, !spec.path("timeZone").equals(before.path("timeZone")), errors);
    }

    private static void validateSpec(JsonNode spec, boolean zoneInSchedule, boolean newZone, FieldErrors errors) {
        CronSchedule.validate(spec, zoneInSchedule, errors);
        Checks.notNegative(spec.path("startingDeadlineSeconds"), "spec.startingDeadlineSeconds", errors);
        if (newZone && spec.path("timeZone").isTextual()) {
            CronSchedule.zone(Trees.text(spec, "timeZone"), errors);
        }
        Checks.oneOf(Trees.text(spec, "concurrencyPolicy"), CONCURRENCY, "spec.concurrencyPolicy", errors);
        JsonNode job = Trees.at(spec, "jobTemplate", "spec");
        String path = "spec.jobTemplate.spec";
        JobValidation.spec(job, path, errors);
        if (job.path("selector").isObject()) {
            errors.invalid(path + ".selector", job.path("selector"), "`selector` will be auto-generated");
        }
        if (job.path("manualSelector").asBoolean()) {
            errors.notSupported(path + ".manualSelector", true, List.of("nil", "false"));
        }
        Checks.notNegative(spec.path("successfulJobsHistoryLimit"), "spec.successfulJobsHistoryLimit", errors);
        Checks.notNegative(spec.path("failedJobsHistoryLimit"), "spec.failedJobsHistoryLimit", errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings = new ArrayList<>(0);
        boolean isNew = object.path("metadata").path("generation").asLong() == 1;
        List<String> wrong = Names.label(Trees.name(object));
        if (!wrong.isEmpty() && isNew) {
            warnings.add(JobKind.nameWarning(wrong));
        }
        warnings.addAll(
                JobValidation.warnings(Trees.at(object, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec"));
        if (Trees.text(object, "spec", "schedule").contains("TZ")) {
            warnings.add("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        }
        return warnings;
    }
}
