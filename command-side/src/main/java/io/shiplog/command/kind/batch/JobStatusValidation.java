package io.shiplog.command.kind.batch;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A change of a Job's status: its counters, conditions and times must agree. What did not change is not checked, so that a
 * status from before a rule can go on.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go">
 *     ValidateJobStatusUpdate</a>
 */
final class JobStatusValidation {
    private static final String CONDITIONS = "status.conditions";

    private final JsonNode spec;
    private final JsonNode status;
    private final JsonNode before;
    private final FieldErrors errors;
    private final Flags now;
    private final Flags was;

    /** The conditions of a status that are true. */
    private record Flags(boolean complete, boolean failed, boolean failureTarget, boolean successCriteriaMet) {
        static Flags of(JsonNode job) {
            return new Flags(
                    is(job, "Complete", "True"),
                    is(job, "Failed", "True"),
                    is(job, "FailureTarget", "True"),
                    is(job, "SuccessCriteriaMet", "True"));
        }

        boolean finished() {
            return complete || failed;
        }
    }

    private final boolean resuming;

    JobStatusValidation(JsonNode job, JsonNode old, FieldErrors errors) {
        this.spec = job.path("spec");
        this.status = job.path("status");
        this.before = old.path("status");
        this.errors = errors;
        this.now = Flags.of(job);
        this.was = Flags.of(old);
        this.resuming = is(old, "Suspended", "True") && is(job, "Suspended", "False");
    }

    /** Whether a job has a condition with this status. */
    static boolean is(JsonNode job, String type, String value) {
        for (JsonNode condition : Trees.at(job, "status", "conditions")) {
            if (text(condition, "type").equals(type)
                    && text(condition, "status").equals(value)) {
                return true;
            }
        }
        return false;
    }

    void validate() {
        for (String number : List.of("active", "succeeded", "failed", "ready", "terminating")) {
            Checks.notNegative(status.path(number), "status." + number, errors);
        }
        uncounted();
        endsOneWay();
        times();
        finished();
        indexes();
        counters();
        success();
        changes();
    }

    private boolean changed(String field) {
        return !status.path(field).equals(before.path(field));
    }

    private boolean finishedChanged() {
        return now.finished() != was.finished();
    }

    private void uncounted() {
        Set<String> seen = new HashSet<>();
        for (String list : List.of("succeeded", "failed")) {
            int index = 0;
            for (JsonNode uid : status.path("uncountedTerminatedPods").path(list)) {
                String at = "status.uncountedTerminatedPods." + list + "[" + index++ + "]";
                if (uid.asText().isEmpty()) {
                    errors.invalid(at, "", "must not be empty");
                } else if (!seen.add(uid.asText())) {
                    errors.duplicate(at, uid.asText());
                }
            }
        }
    }

    private void endsOneWay() {
        boolean completeChanged = now.complete() != was.complete();
        if ((completeChanged || now.failed() != was.failed()) && now.complete() && now.failed()) {
            errors.invalid(CONDITIONS, "cannot set Complete=True and Failed=true conditions");
        }
        if ((completeChanged || now.failureTarget() != was.failureTarget()) && now.complete() && now.failureTarget()) {
            errors.invalid(CONDITIONS, "cannot set Complete=True and FailureTarget=true conditions");
        }
    }

    private void times() {
        String start = text(status, "startTime");
        String end = text(status, "completionTime");
        if (now.complete() != was.complete() || changed("completionTime")) {
            if (!end.isEmpty() && !now.complete()) {
                errors.invalid(
                        "status.completionTime",
                        end,
                        "cannot set completionTime when there is no Complete=True condition");
            }
            if (end.isEmpty() && now.complete()) {
                errors.required("status.completionTime", "completionTime is required for Complete jobs");
            }
        }
        if ((changed("startTime") || changed("completionTime"))
                && !start.isEmpty()
                && !end.isEmpty()
                && Instant.parse(end).isBefore(Instant.parse(start))) {
            errors.invalid("status.completionTime", end, "must be equal to or after `startTime`");
        }
        if ((now.failed() != was.failed() || changed("failedIndexes")) && now.failed() && !now.failureTarget()) {
            errors.invalid(CONDITIONS, "cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if ((now.complete() != was.complete() || now.successCriteriaMet() != was.successCriteriaMet())
                && now.complete()
                && !now.successCriteriaMet()) {
            errors.invalid(
                    CONDITIONS, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        }
    }

    private void finished() {
        if (!now.finished()) {
            return;
        }
        if ((finishedChanged() || changed("active")) && status.path("active").asLong() > 0) {
            errors.invalid("status.active", status.path("active"), "active>0 is invalid for finished job");
        }
        boolean nothingToDo = spec.path("suspend").asBoolean()
                && spec.path("completions").isNumber()
                && spec.path("completions").asLong() == 0;
        if ((finishedChanged() || changed("startTime")) && !nothingToDo && !status.has("startTime")) {
            errors.required("status.startTime", "startTime is required for finished job");
        }
        JsonNode uncounted = status.path("uncountedTerminatedPods");
        if ((finishedChanged() || changed("uncountedTerminatedPods"))
                && !(uncounted.path("failed").isEmpty()
                        && uncounted.path("succeeded").isEmpty())) {
            errors.invalid("status.uncountedTerminatedPods", uncounted, "must be empty for finished job");
        }
    }

    private void indexes() {
        String completed = text(status, "completedIndexes");
        String failed = text(status, "failedIndexes");
        JsonNode completions = spec.path("completions");
        Indexes completedIndexes = Indexes.parse(completed, completions.asInt());
        Indexes failedIndexes = Indexes.parse(failed, completions.asInt());
        boolean completedChanged = changed("completedIndexes");
        boolean failedChanged = changed("failedIndexes");
        if (completedChanged && completions.isNumber() && completedIndexes.wrong() != null) {
            errors.invalid(
                    "status.completedIndexes",
                    completed,
                    "error parsing completedIndexes: " + completedIndexes.wrong());
        }
        boolean perIndex = spec.has("backoffLimitPerIndex");
        if (failedChanged && completions.isNumber() && perIndex && failedIndexes.wrong() != null) {
            errors.invalid("status.failedIndexes", failed, "error parsing failedIndexes: " + failedIndexes.wrong());
        }
        if (completedChanged && !completed.isEmpty() && !JobValidation.isIndexed(spec)) {
            errors.invalid(
                    "status.completedIndexes",
                    completed,
                    "cannot set non-empty completedIndexes when non-indexed completion mode");
        }
        if (failedChanged && !perIndex && status.has("failedIndexes")) {
            errors.invalid(
                    "status.failedIndexes",
                    failed,
                    "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        }
        int both = completedIndexes.overlap(failedIndexes);
        if ((completedChanged || failedChanged) && completions.isNumber() && both >= 0) {
            errors.invalid(
                    "status.failedIndexes", failed, "failedIndexes and completedIndexes overlap at index: " + both);
        }
    }

    private void counters() {
        if ((finishedChanged() || changed("terminating"))
                && now.finished()
                && status.path("terminating").asLong() > 0) {
            errors.invalid(
                    "status.terminating", status.path("terminating"), "terminating>0 is invalid for finished job");
        }
        if ((changed("ready") || changed("active"))
                && status.path("ready").asLong() > status.path("active").asLong()) {
            errors.invalid("status.ready", status.path("ready"), "cannot set more ready pods than active");
        }
    }

    private void success() {
        if (now.successCriteriaMet() && now.failed()) {
            errors.invalid(CONDITIONS, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if (now.successCriteriaMet() && now.failureTarget()) {
            errors.invalid(CONDITIONS, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if (spec.path("successPolicy").isObject() && !now.successCriteriaMet() && now.complete()) {
            errors.invalid(
                    CONDITIONS, "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
        }
    }

    private void changes() {
        disabled(was.failed(), now.failed(), "Failed");
        disabled(was.complete(), now.complete(), "Complete");
        disabled(was.failureTarget(), now.failureTarget(), "FailureTarget");
        decreased("failed", true);
        boolean elastic =
                JobValidation.isIndexed(spec) && spec.path("completions").equals(spec.path("parallelism"));
        decreased("succeeded", !elastic);
        if (status.has("completionTime") && before.has("completionTime") && changed("completionTime")) {
            errors.invalid("status.completionTime", status.path("completionTime"), Checks.IMMUTABLE);
        }
        if (before.has("startTime")
                && changed("startTime")
                && !resuming
                && !spec.path("suspend").asBoolean()) {
            errors.invalid(
                    "status.startTime",
                    status.has("startTime") ? status.path("startTime") : NullNode.instance,
                    "field is immutable for unsuspended job once set");
        }
        if (was.successCriteriaMet() && !now.successCriteriaMet()) {
            errors.invalid(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition");
        }
        if (was.complete() && !was.successCriteriaMet() && now.successCriteriaMet()) {
            errors.invalid(
                    CONDITIONS, "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
        }
    }

    private void disabled(boolean wasSet, boolean isSet, String type) {
        if (wasSet && !isSet) {
            errors.invalid(CONDITIONS, "cannot disable the terminal " + type + "=True condition");
        }
    }

    private void decreased(String counter, boolean rejected) {
        if (rejected && status.path(counter).asLong() < before.path(counter).asLong()) {
            errors.invalid(
                    "status." + counter, status.path(counter).asLong(), "cannot decrease the " + counter + " counter");
        }
    }
}
