package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the pods of a Job amount to, together with what its stored status has counted of them.
 *
 * @param pods all of the Job's
 * @param active those that run or will
 * @param uncounted those in the stored status that wait for their pod's finalizer to go
 * @param succeeded all successes, stored and new
 * @param failed all failures that count, stored and new
 * @param succeededIndexes of an indexed Job, stored and new
 * @param failedIndexes of a Job with a limit per index, stored and new
 * @param toReplace per index its last failed pod, which is released only when it has a successor: that one takes its count of
 *     failures over
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/job/job_controller.go">syncJob</a>
 */
record JobCount(
        List<JobPod> pods,
        List<JobPod> active,
        Uncounted uncounted,
        int succeeded,
        int failed,
        Intervals succeededIndexes,
        Intervals failedIndexes,
        Map<Integer, JobPod> toReplace) {

    /** The uids in {@code status.uncountedTerminatedPods}. */
    record Uncounted(Set<String> succeeded, Set<String> failed) {}

    static JobCount of(JobView job, List<JobPod> pods) {
        JsonNode uncounted = job.status().path("uncountedTerminatedPods");
        Set<String> succeeded = texts(uncounted.path("succeeded"));
        Set<String> failed = texts(uncounted.path("failed"));
        List<JobPod> active = pods.stream().filter(pod -> pod.view().active()).toList();
        Intervals succeededIndexes = job.completedIndexes()
                .and(Intervals.of(pods.stream()
                        .filter(pod -> pod.tracked() && pod.succeeded() && job.valid(pod.index()))
                        .map(JobPod::index)
                        .toList()));
        Intervals failedIndexes = job.limitsPerIndex() ? failedIndexes(job, pods) : Intervals.NONE;
        return new JobCount(
                pods,
                active,
                new Uncounted(succeeded, failed),
                job.indexed() ? succeededIndexes.total() : successes(job, pods, succeeded),
                failures(job, pods, failed),
                succeededIndexes,
                failedIndexes,
                job.limitsPerIndex() ? toReplace(job, pods, active, succeededIndexes.and(failedIndexes)) : Map.of());
    }

    private static int successes(JobView job, List<JobPod> pods, Set<String> uncounted) {
        long fresh = pods.stream()
                .filter(pod -> pod.tracked() && !uncounted.contains(pod.uid()) && pod.succeeded())
                .count();
        return job.status().path("succeeded").asInt() + uncounted.size() + (int) fresh;
    }

    private static int failures(JobView job, List<JobPod> pods, Set<String> uncounted) {
        FailurePolicy policy = job.failurePolicy();
        long fresh = pods.stream()
                .filter(pod -> pod.tracked() && !uncounted.contains(pod.uid()) && job.considersFailed(pod))
                .filter(pod -> !job.indexed() || job.valid(pod.index()))
                .filter(pod -> policy.of(pod).counts())
                .count();
        return job.status().path("failed").asInt() + uncounted.size() + (int) fresh;
    }

    /** Once the Job's end is announced no index fails: the pods that are left are deleted. */
    private static Intervals failedIndexes(JobView job, List<JobPod> pods) {
        return job.announcesEnd()
                ? job.failedIndexes()
                : job.failedIndexes()
                        .and(Intervals.of(pods.stream()
                                .filter(pod -> pod.tracked() && job.valid(pod.index()) && failsIndex(job, pod))
                                .map(JobPod::index)
                                .toList()));
    }

    private static boolean failsIndex(JobView job, JobPod pod) {
        if (!job.considersFailed(pod)) {
            return false;
        }
        FailurePolicy.Match match = job.failurePolicy().of(pod);
        return match.failsIndex() || match.counts() && pod.read().failures() >= job.backoffLimitPerIndex();
    }

    private static Map<Integer, JobPod> toReplace(
            JobView job, List<JobPod> pods, List<JobPod> active, Intervals decided) {
        Set<Integer> running = active.stream().map(JobPod::index).collect(Collectors.toSet());
        Map<Integer, JobPod> last = new HashMap<>();
        for (JobPod pod : pods) {
            int index = pod.index();
            if (pod.tracked()
                    && job.valid(index)
                    && job.considersFailed(pod)
                    && !decided.has(index)
                    && !running.contains(index)) {
                last.merge(index, pod, JobCount::later);
            }
        }
        return Map.copyOf(last);
    }

    private static JobPod later(JobPod one, JobPod other) {
        return one.allFailures() <= other.allFailures()
                        && !other.read().finishedAt().isBefore(one.read().finishedAt())
                ? other
                : one;
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        list.forEach(each -> texts.add(each.asText()));
        return Set.copyOf(texts);
    }

    /** How many are deleted and still run. */
    int terminating() {
        return (int) pods.stream().filter(JobPod::terminating).count();
    }

    int ready() {
        return (int) active.stream().filter(pod -> pod.view().ready()).count();
    }

    /** Whether a pod still waits to be counted. */
    boolean anyTracked() {
        return pods.stream().anyMatch(JobPod::tracked);
    }
}
