package io.shiplog.command.kind.batch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Indexes of a Job in their short form: {@code 1,3-5,7}.
 *
 * @param intervals the intervals that are well formed
 * @param total how many indexes there are; 0 if the form is wrong
 * @param wrong what is wrong with the form, null if nothing is
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go">
 *     validateIndexesFormat</a>
 */
record Indexes(
        List<Interval> intervals, int total, @Nullable String wrong) {

    /** Indexes from the first to the last one, both included. */
    record Interval(int first, int last) {}

    Indexes {
        intervals = List.copyOf(intervals);
    }

    /** @param completions the number that all indexes are less than */
    static Indexes parse(String text, int completions) {
        List<Interval> intervals = new ArrayList<>();
        int total = 0;
        String wrong = null;
        Interval before = null;
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            List<String> limits = List.of(part.split("-", -1));
            String here = wrongIn(part, limits, completions);
            if (here == null) {
                int first = Integer.parseInt(limits.getFirst());
                Interval interval = new Interval(first, Integer.parseInt(limits.getLast()));
                if (before != null && before.last() >= first) {
                    here = nonIncreasing(before.last(), first);
                }
                intervals.add(interval);
                total += interval.last() - first + 1;
                before = interval;
            }
            wrong = wrong == null ? here : wrong;
        }
        return new Indexes(intervals, wrong == null ? total : 0, wrong);
    }

    private static @Nullable String wrongIn(String part, List<String> limits, int completions) {
        if (limits.size() > 2) {
            return ("the fragment \"%s\" violates the requirement that an index interval can have at most two parts separated"
                            + " by '-'")
                    .formatted(part);
        }
        for (String limit : limits) {
            if (!limit.matches("\\+?[0-9]{1,18}")) {
                return "cannot convert string to integer for index: \"%s\"".formatted(limit);
            }
            if (Long.parseLong(limit) >= completions) {
                return "too large index: \"%s\"".formatted(limit);
            }
        }
        int first = Integer.parseInt(limits.getFirst());
        int last = Integer.parseInt(limits.getLast());
        return limits.size() == 2 && first >= last ? nonIncreasing(first, last) : null;
    }

    private static String nonIncreasing(int previous, int current) {
        return "non-increasing order, previous: %d, current: %d".formatted(previous, current);
    }

    /** The first index that both have, or -1. */
    int overlap(Indexes other) {
        for (Interval mine : intervals) {
            for (Interval theirs : other.intervals) {
                if (mine.first() <= theirs.last() && theirs.first() <= mine.last()) {
                    return Math.max(mine.first(), theirs.first());
                }
            }
        }
        return -1;
    }
}
