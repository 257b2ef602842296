package io.shiplog.command.control.job;

import io.shiplog.command.control.replicas.DeletionRank;
import io.shiplog.command.control.view.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pods an unfinished Job deletes or creates now; never both in one plan.
 *
 * @param surplus active pods to delete
 * @param create one pod for each entry: its index, or {@link JobPod#NO_INDEX}
 * @param delay until pods may be created in place of failed ones; null if there is nothing to wait for
 */
record JobScaling(
        List<JobPod> surplus,
        List<Integer> create,
        @Nullable Duration delay) {
    /** Maximum pods created or deleted in one plan. */
    static final int BURST = 500;

    static JobScaling of(JobView job, JobCount count, Instant now) {
        int wanted = job.suspended() ? 0 : wanted(job, count);
        List<JobPod> surplus = surplus(job, count, count.active().size() - wanted);
        if (!surplus.isEmpty() || job.suspended()) {
            return new JobScaling(surplus.subList(0, Math.min(BURST, surplus.size())), List.of(), null);
        }
        int missing = wanted - count.active().size() - (job.replacesOnlyEnded() ? count.terminating() : 0);
        return missing > 0
                ? creating(job, count, Math.min(missing, BURST), now)
                : new JobScaling(List.of(), List.of(), null);
    }

    private static int wanted(JobView job, JobCount count) {
        if (job.hasCompletions()) {
            return Math.max(0, Math.min(job.parallelism(), job.completions() - count.succeeded()));
        }
        return count.succeeded() > 0 ? count.active().size() : job.parallelism();
    }

    private static JobScaling creating(JobView job, JobCount count, int missing, Instant now) {
        if (!job.limitsPerIndex()) {
            Duration wait = PodBackoff.ofJob(job, count.pods(), now);
            if (!wait.isZero()) {
                return new JobScaling(List.of(), List.of(), wait);
            }
        }
        if (!job.indexed()) {
            return new JobScaling(List.of(), Collections.nCopies(missing, JobPod.NO_INDEX), null);
        }
        List<Integer> ready = new ArrayList<>();
        Duration wait = null;
        for (int index : pending(job, count).firstMissing(missing, job.completions())) {
            JobPod failed = count.toReplace().get(index);
            Duration left = failed == null ? Duration.ZERO : PodBackoff.ofIndex(failed, now);
            if (left.isZero()) {
                ready.add(index);
            } else if (wait == null || left.compareTo(wait) < 0) {
                wait = left;
            }
        }
        return new JobScaling(List.of(), ready, wait);
    }

    /** The indexes that need no pod now. */
    private static Intervals pending(JobView job, JobCount count) {
        List<Integer> taken =
                new ArrayList<>(count.active().stream().map(JobPod::index).toList());
        if (job.replacesOnlyEnded()) {
            count.pods().stream().filter(JobPod::terminating).map(JobPod::index).forEach(taken::add);
        }
        taken.removeIf(index -> index == JobPod.NO_INDEX);
        return count.succeededIndexes().and(count.failedIndexes()).and(Intervals.of(taken));
    }

    /** At least this many active pods; of an indexed Job also those that repeat an index or have none that is wanted. */
    private static List<JobPod> surplus(JobView job, JobCount count, int atLeast) {
        List<JobPod> surplus = new ArrayList<>();
        List<JobPod> left = new ArrayList<>();
        if (job.indexed()) {
            Map<Integer, List<JobPod>> byIndex = count.active().stream()
                    .collect(Collectors.groupingBy(JobPod::index, TreeMap::new, Collectors.toList()));
            byIndex.forEach((index, pods) -> {
                List<JobPod> ranked = ranked(pods);
                int kept = job.valid(index) ? 1 : 0;
                surplus.addAll(ranked.subList(0, ranked.size() - kept));
                left.addAll(ranked.subList(ranked.size() - kept, ranked.size()));
            });
        } else {
            left.addAll(count.active());
        }
        int more = Math.min(atLeast - surplus.size(), left.size());
        if (more > 0) {
            surplus.addAll(ranked(left).subList(0, more));
        }
        return surplus;
    }

    /** Those that are the least loss first. */
    private static List<JobPod> ranked(List<JobPod> pods) {
        Map<String, JobPod> byName = pods.stream().collect(Collectors.toMap(JobPod::name, pod -> pod));
        List<PodView> views = pods.stream().map(JobPod::view).toList();
        return DeletionRank.ordered(views, List.of()).stream()
                .map(view -> Objects.requireNonNull(byName.get(view.name())))
                .toList();
    }
}
