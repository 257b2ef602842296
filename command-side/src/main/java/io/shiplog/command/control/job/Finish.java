package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a Job ends. First its status says so (FailureTarget, SuccessCriteriaMet) and its pods are deleted; once all are counted and gone
 * it has ended (Failed, Complete).
 *
 * @param succeeds whether it ends well
 * @param stored whether its status says so already
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup">Job termination</a>
 */
record Finish(boolean succeeds, String reason, String message, boolean stored) {

    /** The condition that announces the end. */
    String announced() {
        return succeeds ? JobView.SUCCESS_CRITERIA_MET : JobView.FAILURE_TARGET;
    }

    /** The condition at the end. */
    String last() {
        return succeeds ? JobView.COMPLETE : JobView.FAILED;
    }

    /** Every completion wanted is there. */
    static Finish completed() {
        return success("CompletionsReached", "Reached expected number of succeeded pods");
    }

    private static Finish success(String reason, String message) {
        return new Finish(true, reason, message, false);
    }

    private static Finish failure(String reason, String message) {
        return new Finish(false, reason, message, false);
    }

    /** The end that was announced, or the first of the failures and then the successes that holds now; null for none. */
    static @Nullable Finish of(JobView job, JobCount count, Instant now) {
        Finish announced = announced(job);
        if (announced != null) {
            return announced;
        }
        Finish failure = failure(job, count, now);
        if (failure != null || !job.indexed()) {
            return failure;
        }
        Finish failedIndexes = failedIndexes(job, count);
        return failedIndexes != null ? failedIndexes : successPolicy(job, count);
    }

    private static @Nullable Finish announced(JobView job) {
        JsonNode success = job.condition(JobView.SUCCESS_CRITERIA_MET);
        JsonNode end = success.isObject() ? success : job.condition(JobView.FAILURE_TARGET);
        return end.isObject()
                ? new Finish(
                        success.isObject(),
                        end.path("reason").asText(),
                        end.path("message").asText(),
                        true)
                : null;
    }

    private static @Nullable Finish failure(JobView job, JobCount count, Instant now) {
        FailurePolicy policy = job.failurePolicy();
        for (JobPod pod : count.pods()) {
            String message = job.considersFailed(pod) ? policy.of(pod).message() : null;
            if (message != null) {
                return failure("PodFailurePolicy", message);
            }
        }
        if (count.failed() > job.backoffLimit() || restartedTooOften(job, count)) {
            return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        Duration left = untilDeadline(job, now);
        return left != null && left.isZero()
                ? failure("DeadlineExceeded", "Job was active longer than specified deadline")
                : null;
    }

    /** How long it may still be active, zero if no longer; null if there is no deadline. */
    static @Nullable Duration untilDeadline(JobView job, Instant now) {
        Duration deadline = job.activeDeadline();
        if (deadline == null || job.suspended()) {
            return null;
        }
        Instant started = job.startTime();
        Duration left = Duration.between(now, (started == null ? now : started).plus(deadline));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static boolean restartedTooOften(JobView job, JobCount count) {
        if (!job.spec().at("/template/spec/restartPolicy").asText().equals("OnFailure")) {
            return false;
        }
        int restarts = count.pods().stream()
                .filter(pod -> !pod.view().terminal())
                .mapToInt(pod -> pod.read().restarts())
                .sum();
        return restarts > 0 && restarts >= job.backoffLimit();
    }

    private static @Nullable Finish failedIndexes(JobView job, JobCount count) {
        int failed = count.failedIndexes().total();
        JsonNode most = job.spec().path("maxFailedIndexes");
        if (most.isNumber() && failed > most.asInt()) {
            return failure(
                    "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        return failed > 0 && failed + count.succeededIndexes().total() >= job.completions()
                ? failure("FailedIndexes", "Job has failed indexes")
                : null;
    }

    /** @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy">Success policy</a> */
    private static @Nullable Finish successPolicy(JobView job, JobCount count) {
        int index = 0;
        for (JsonNode rule : job.spec().path("successPolicy").path("rules")) {
            if (matches(rule, job, count.succeededIndexes())) {
                return success("SuccessPolicy", "Matched rules at index " + index);
            }
            index++;
        }
        return null;
    }

    private static boolean matches(JsonNode rule, JobView job, Intervals succeeded) {
        if (succeeded.total() == 0) {
            return false;
        }
        JsonNode enough = rule.path("succeededCount");
        if (!rule.has("succeededIndexes")) {
            return enough.isNumber() && succeeded.total() >= enough.asInt();
        }
        Intervals wanted = Intervals.parse(rule.path("succeededIndexes").asText(), job.completions());
        int common = wanted.common(succeeded);
        return wanted.total() > 0 && (common == wanted.total() || enough.isNumber() && common >= enough.asInt());
    }
}
