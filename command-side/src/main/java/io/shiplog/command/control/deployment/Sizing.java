package io.shiplog.command.control.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The next number of desired replicas of each ReplicaSet. Each function returns the changes, by name; none, if nothing can be
 * done now.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/rolling.go">rolling.go</a>
 */
final class Sizing {
    private Sizing() {}

    /** The next number of replicas of the current template's ReplicaSet. */
    static int ofNewest(Rollout rollout, ReplicaSets sets, int has) {
        if (!rollout.rolling() || has > rollout.replicas()) {
            return rollout.replicas();
        }
        return has + Math.min(room(rollout, sets), rollout.replicas() - has);
    }

    /**
     * How many more pods are allowed. A set that was scaled down counts with the pods it still has: Kubernetes counts the
     * desired ones and so exceeds maxSurge when the ReplicaSet controller is slower than this one.
     */
    private static int room(Rollout rollout, ReplicaSets sets) {
        if (!sets.old().stream().allMatch(ReplicaSetView::observed)) {
            return 0;
        }
        int most = rollout.replicas() + rollout.maxSurge();
        return Math.max(0, most - sets.sum(set -> Math.max(set.wanted(), set.replicas())));
    }

    /**
     * Scales old ReplicaSets down as far as allowed: unhealthy pods first. Waits until each set has as many pods as its size
     * says: Kubernetes does not wait, counts pods as available that are about to be deleted, and so exceeds maxUnavailable
     * when the ReplicaSet controller is slower than this one.
     */
    static Map<String, Integer> ofOld(Rollout rollout, ReplicaSets sets) {
        if (!sets.all().stream().allMatch(ReplicaSetView::settled)) {
            return Map.of();
        }
        ReplicaSetView newest = sets.newest();
        int least = rollout.replicas() - rollout.maxUnavailable();
        int newUnavailable = newest == null ? 0 : newest.wanted() - newest.available();
        int mayGo = sets.sum(ReplicaSetView::wanted) - least - newUnavailable;
        Map<String, Integer> next = new LinkedHashMap<>();
        if (mayGo <= 0) {
            return next;
        }
        List<ReplicaSetView> old = new ArrayList<>();
        for (ReplicaSetView set : sets.old()) {
            int useless = Math.min(mayGo, Math.max(0, set.wanted() - set.available()));
            if (useless > 0) {
                mayGo -= useless;
                next.put(set.name(), set.wanted() - useless);
            }
            old.add(set.wanting(set.wanted() - useless));
        }
        int spare = sets.sum(ReplicaSetView::available) - least;
        for (ReplicaSetView set : old) {
            int fewer = Math.min(set.wanted(), Math.max(0, spare));
            if (fewer > 0) {
                spare -= fewer;
                next.put(set.name(), set.wanted() - fewer);
            }
        }
        return next;
    }

    /** Scales all old ReplicaSets to zero. */
    static Map<String, Integer> noneOfOld(ReplicaSets sets) {
        Map<String, Integer> next = new LinkedHashMap<>();
        sets.old().stream().filter(set -> set.wanted() > 0).forEach(set -> next.put(set.name(), 0));
        return next;
    }

    /** Whether the number of desired pods changed since the ReplicaSets were sized. */
    static boolean isScaling(Rollout rollout, ReplicaSets sets) {
        return sets.all().stream()
                .filter(set -> set.wanted() > 0)
                .anyMatch(set -> set.annotated(Annotations.DESIRED_REPLICAS, rollout.replicas()) != rollout.replicas());
    }

    /** Sizes for a changed number of desired pods, proportional while a rollout is in progress or paused. */
    static Map<String, Integer> scaled(Rollout rollout, ReplicaSets sets) {
        List<ReplicaSetView> active = new ArrayList<>(
                sets.all().stream().filter(set -> set.wanted() > 0).toList());
        ReplicaSetView only = onlyActive(sets, active);
        if (only != null) {
            return Map.of(only.name(), rollout.replicas());
        }
        if (saturated(rollout, sets.newest())) {
            return noneOfOld(sets);
        }
        return rollout.rolling() && !active.isEmpty() ? inProportion(rollout, active) : Map.of();
    }

    /** The one with pods; if none has any, the newest. Null if more than one has. */
    private static @Nullable ReplicaSetView onlyActive(ReplicaSets sets, List<ReplicaSetView> active) {
        if (active.size() == 1) {
            return active.getFirst();
        }
        if (!active.isEmpty()) {
            return null;
        }
        return sets.newest() != null || sets.old().isEmpty()
                ? sets.newest()
                : sets.old().getLast();
    }

    private static boolean saturated(Rollout rollout, @Nullable ReplicaSetView newest) {
        return newest != null
                && newest.wanted() == rollout.replicas()
                && newest.annotated(Annotations.DESIRED_REPLICAS, -1) == rollout.replicas()
                && newest.settled()
                && newest.available() == rollout.replicas();
    }

    private static Map<String, Integer> inProportion(Rollout rollout, List<ReplicaSetView> active) {
        int all = active.stream().mapToInt(ReplicaSetView::wanted).sum();
        int allowed = rollout.replicas() > 0 ? rollout.replicas() + rollout.maxSurge() : 0;
        int toAdd = allowed - all;
        Comparator<ReplicaSetView> bySize =
                Comparator.comparing(ReplicaSetView::wanted).reversed();
        Comparator<ReplicaSetView> byAge = Comparator.comparing(ReplicaSetView::created);
        // Leftovers go to the largest: to the newer one when growing, from the older one when shrinking.
        active.sort(bySize.thenComparing(toAdd > 0 ? byAge.reversed() : byAge).thenComparing(ReplicaSetView::name));
        Map<String, Integer> next = new LinkedHashMap<>();
        int added = 0;
        for (ReplicaSetView set : active) {
            int part = proportion(rollout, set, toAdd, added);
            added += part;
            next.put(set.name(), set.wanted() + part);
        }
        int leftover = toAdd - added;
        next.computeIfPresent(active.getFirst().name(), (name, size) -> Math.max(0, size + leftover));
        return next;
    }

    private static int proportion(Rollout rollout, ReplicaSetView set, int toAdd, int added) {
        if (set.wanted() == 0 || toAdd == 0 || toAdd == added) {
            return 0;
        }
        int allowed = toAdd - added;
        int fraction = fraction(rollout, set);
        return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
    }

    private static int fraction(Rollout rollout, ReplicaSetView set) {
        if (rollout.replicas() == 0) {
            return -set.wanted();
        }
        int most = rollout.replicas() + rollout.maxSurge();
        int before = set.annotated(Annotations.MAX_REPLICAS, 0);
        int base = before > 0 ? before : rollout.status().path("replicas").asInt();
        return base <= 0 ? 0 : (int) (Math.round(set.wanted() * (double) most / base) - set.wanted());
    }
}
