package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The next status of a Job, and the pods whose finalizer may go. A pod is counted in three writes: its uid (or its index) enters the
 * status, its finalizer goes, its uid leaves the status and the counter grows. A finalizer is removed only when the stored status has
 * the uid, so that no crash counts a pod twice or never.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers">Job tracking with
 *     finalizers</a>
 */
final class JobStatus {
    /** Uids in a status at once: about 20 KB. */
    static final int MAX_UNCOUNTED = 500;

    private final JobView job;
    private final JobCount count;
    private final @Nullable Finish finish;
    private final FailurePolicy policy;
    private final Instant now;

    /** @param finish why the Job ends, or null if it has not ended */
    JobStatus(JobView job, JobCount count, @Nullable Finish finish, Instant now) {
        this.job = job;
        this.count = count;
        this.finish = finish;
        this.policy = job.failurePolicy();
        this.now = now;
    }

    /** The whole status. */
    ObjectNode next() {
        ObjectNode next = StatusChange.copyOf(job.status());
        if (job.startTime() == null && !job.suspended()) {
            next.put("startTime", Conditions.time(now));
        }
        number(next, "active", count.active().size());
        next.put("ready", count.ready());
        next.put("terminating", count.terminating());
        count(next);
        ArrayNode conditions = Conditions.without(job.status().path("conditions"), "");
        if (finish != null) {
            conditions = finishing(finish, next, conditions);
        } else if (!job.stored().deleting()) {
            conditions = suspending(next, conditions);
        }
        if (!conditions.isEmpty()) {
            next.set("conditions", conditions);
        }
        return next;
    }

    private void count(ObjectNode next) {
        Set<String> tracked =
                count.pods().stream().filter(JobPod::tracked).map(JobPod::uid).collect(Collectors.toSet());
        List<String> succeeded = kept(count.uncounted().succeeded(), tracked);
        List<String> failed = kept(count.uncounted().failed(), tracked);
        int succeededNow = job.status().path("succeeded").asInt()
                + count.uncounted().succeeded().size()
                - succeeded.size();
        int failedNow =
                job.status().path("failed").asInt() + count.uncounted().failed().size() - failed.size();
        Set<Integer> indexes = new HashSet<>();
        for (JobPod pod : inOrder()) {
            if (indexes.size() + succeeded.size() + failed.size() >= MAX_UNCOUNTED) {
                break;
            }
            if (!pod.tracked() || !leaves(pod)) {
                continue;
            }
            if (countsAsSuccess(pod)) {
                if (job.indexed() && job.valid(pod.index())) {
                    indexes.add(pod.index());
                } else if (!job.indexed() && !count.uncounted().succeeded().contains(pod.uid())) {
                    succeeded.add(pod.uid());
                }
            } else if (countsAsFailure(pod) && !count.uncounted().failed().contains(pod.uid())) {
                failed.add(pod.uid());
            }
        }
        if (job.indexed()) {
            Intervals completed = job.completedIndexes().and(Intervals.of(indexes));
            succeededNow = completed.total();
            text(next, "completedIndexes", completed.text());
            if (job.limitsPerIndex()) {
                next.put("failedIndexes", count.failedIndexes().text());
            }
        }
        number(next, "succeeded", succeededNow);
        number(next, "failed", failedNow);
        ObjectNode uncounted = next.putObject("uncountedTerminatedPods");
        list(uncounted, "succeeded", succeeded);
        list(uncounted, "failed", failed);
    }

    private List<JobPod> inOrder() {
        return count.pods().stream()
                .sorted(Comparator.comparing(JobPod::index).thenComparing(JobPod::name))
                .toList();
    }

    private static List<String> kept(Set<String> uids, Set<String> tracked) {
        return new ArrayList<>(uids.stream().filter(tracked::contains).sorted().toList());
    }

    /** Whether the pod's part in the Job is over. */
    private boolean leaves(JobPod pod) {
        if (job.stored().deleting() || finish != null || pod.succeeded()) {
            return true;
        }
        JobPod toReplace = count.toReplace().get(pod.index());
        return job.considersFailed(pod)
                && (toReplace == null || !toReplace.uid().equals(pod.uid()));
    }

    private boolean countsAsSuccess(JobPod pod) {
        return pod.succeeded() && !count.uncounted().failed().contains(pod.uid());
    }

    /** When a Job fails, each pod that has not succeeded has failed. Once it has succeeded, the pods that are deleted count no more. */
    private boolean countsAsFailure(JobPod pod) {
        boolean failed =
                finish == null || finish.succeeds() && !finish.stored() ? job.considersFailed(pod) : !finish.succeeds();
        return failed
                && (!job.indexed() || job.valid(pod.index()))
                && policy.of(pod).counts();
    }

    /** The pods whose part is over and which the stored status has counted, or which do not count. */
    List<JobPod> released() {
        return count.pods().stream()
                .filter(pod -> pod.tracked() && leaves(pod) && isCounted(pod))
                .toList();
    }

    private boolean isCounted(JobPod pod) {
        if (countsAsSuccess(pod)) {
            return job.indexed()
                    ? !job.valid(pod.index()) || job.completedIndexes().has(pod.index())
                    : count.uncounted().succeeded().contains(pod.uid());
        }
        if (countsAsFailure(pod)) {
            return count.uncounted().failed().contains(pod.uid());
        }
        return finish == null || finish.stored();
    }

    private ArrayNode finishing(Finish ending, ObjectNode next, ArrayNode conditions) {
        ArrayNode announced = ending.stored()
                ? conditions
                : Conditions.with(conditions, condition(ending.announced(), ending.reason(), ending.message()));
        boolean over = count.active().isEmpty()
                && count.terminating() == 0
                && !count.anyTracked()
                && next.path("uncountedTerminatedPods").isEmpty();
        if (!over) {
            return announced;
        }
        if (ending.succeeds()) {
            next.put("completionTime", Conditions.time(now));
        }
        return Conditions.with(announced, condition(ending.last(), ending.reason(), ending.message()));
    }

    private ArrayNode suspending(ObjectNode next, ArrayNode conditions) {
        boolean was = Conditions.has(conditions, JobView.SUSPENDED, "True");
        if (job.suspended() && !was) {
            next.remove("startTime");
            return Conditions.with(conditions, condition(JobView.SUSPENDED, "JobSuspended", "Job suspended"));
        }
        if (was && !job.suspended()) {
            next.put("startTime", Conditions.time(now));
            return Conditions.with(
                    conditions,
                    condition(JobView.SUSPENDED, "JobResumed", "Job resumed").put("status", "False"));
        }
        return conditions;
    }

    private ObjectNode condition(String type, String reason, String message) {
        ObjectNode condition = Json.MAPPER.createObjectNode().put("type", type).put("status", "True");
        condition.put("lastProbeTime", Conditions.time(now)).put("lastTransitionTime", Conditions.time(now));
        return condition.put("reason", reason).put("message", message);
    }

    private static void number(ObjectNode next, String field, int value) {
        if (value == 0) {
            next.remove(field);
        } else {
            next.put(field, value);
        }
    }

    private static void text(ObjectNode next, String field, String value) {
        if (value.isEmpty()) {
            next.remove(field);
        } else {
            next.put(field, value);
        }
    }

    private static void list(ObjectNode next, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = next.putArray(field);
            values.forEach(array::add);
        }
    }

    /** Whether a status has a condition that another has not. */
    static boolean gains(JsonNode before, JsonNode after, String type, String status) {
        return Conditions.has(after.path("conditions"), type, status)
                && !Conditions.has(before.path("conditions"), type, status);
    }
}
