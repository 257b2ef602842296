package io.shiplog.command.control.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ReplicaSets of a Deployment.
 *
 * @param newest that of the current template, or null if there is none yet
 * @param old the others, oldest first
 */
record ReplicaSets(@Nullable ReplicaSetView newest, List<ReplicaSetView> old) {
    ReplicaSets {
        old = List.copyOf(old);
    }

    static ReplicaSets of(Rollout rollout, List<ReplicaSetView> all) {
        List<ReplicaSetView> byAge = all.stream()
                .sorted(Comparator.comparing(ReplicaSetView::created).thenComparing(ReplicaSetView::name))
                .toList();
        // If two have the same template, which should not happen, the older one.
        ReplicaSetView newest = byAge.stream()
                .filter(set -> Templates.same(set.tree().path("spec").path("template"), rollout.template()))
                .findFirst()
                .orElse(null);
        return new ReplicaSets(
                newest, byAge.stream().filter(set -> set != newest).toList());
    }

    List<ReplicaSetView> all() {
        List<ReplicaSetView> all = new ArrayList<>(old);
        if (newest != null) {
            all.add(newest);
        }
        return all;
    }

    int sum(ToIntFunction<ReplicaSetView> count) {
        return all().stream().mapToInt(count).sum();
    }

    long maxOldRevision() {
        return old.stream().mapToLong(ReplicaSetView::revision).max().orElse(0);
    }
}
