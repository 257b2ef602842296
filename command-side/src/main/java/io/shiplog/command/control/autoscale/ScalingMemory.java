package io.shiplog.command.control.autoscale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was recommended for one autoscaler in its stabilization windows, and how it was scaled in the periods of its policies. Forgotten with the process, as
 * by kube-controller-manager: a restart begins with the current number.
 */
final class ScalingMemory {
    /** As the longest period that a policy or a window may have. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final List<Timed> recommendations = new ArrayList<>();
    private final List<Timed> changes = new ArrayList<>();
    private @Nullable Pending pending;

    /** @param value replicas, or their change: positive for an addition */
    record Timed(int value, Instant at) {}

    private record Pending(int from, int to, Instant at) {}

    ScalingMemory(int current, Instant now) {
        recommendations.add(new Timed(current, now));
    }

    /** A change that was planned has happened if the target has the size now; else it was refused, or lost. */
    void sees(int current) {
        Pending planned = pending;
        if (planned != null && current != planned.from()) {
            if (current == planned.to()) {
                changes.add(new Timed(planned.to() - planned.from(), planned.at()));
            }
            pending = null;
        }
    }

    void plans(int from, int to, Instant now) {
        pending = new Pending(from, to, now);
    }

    /** Only the newest of equal recommendations in a row: it is in every window that holds an older one. */
    void recommends(int replicas, Instant now) {
        if (!recommendations.isEmpty() && recommendations.getLast().value() == replicas) {
            recommendations.removeLast();
        }
        recommendations.add(new Timed(replicas, now));
        recommendations.removeIf(each -> each.at().isBefore(now.minus(LONGEST)));
        changes.removeIf(each -> each.at().isBefore(now.minus(LONGEST)));
    }

    /** The highest recommendation of a window, and this one. */
    int highest(int recommended, Duration window, Instant now) {
        int highest = recommended;
        for (Timed each : recommendations) {
            highest = each.at().isAfter(now.minus(window)) ? Math.max(highest, each.value()) : highest;
        }
        return highest;
    }

    /** The lowest recommendation of a window, and this one. */
    int lowest(int recommended, Duration window, Instant now) {
        int lowest = recommended;
        for (Timed each : recommendations) {
            lowest = each.at().isAfter(now.minus(window)) ? Math.min(lowest, each.value()) : lowest;
        }
        return lowest;
    }

    /** How many replicas there were at the beginning of a period. */
    int atBeginning(int current, Duration period, Instant now) {
        int then = current;
        for (Timed each : changes) {
            then -= each.at().isAfter(now.minus(period)) ? each.value() : 0;
        }
        return then;
    }
}
