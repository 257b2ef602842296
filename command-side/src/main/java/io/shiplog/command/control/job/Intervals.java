package io.shiplog.command.control.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A set of completion indexes as ordered intervals that neither touch nor overlap, written {@code 1,3-5,7}: a Job of 100,000 indexes
 * has few of them.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/job/indexed_job_utils.go">orderedIntervals</a>
 */
record Intervals(List<Interval> list) {
    static final Intervals NONE = new Intervals(List.of());

    /** From the first to the last, both included. */
    record Interval(int first, int last) {
        private String text() {
            return switch (last - first) {
                case 0 -> Integer.toString(first);
                case 1 -> first + "," + last;
                default -> first + "-" + last;
            };
        }
    }

    Intervals {
        list = List.copyOf(list);
    }

    /** Of these indexes. */
    static Intervals of(Collection<Integer> indexes) {
        return NONE.and(new TreeSet<>(indexes)
                .stream().map(index -> new Interval(index, index)).toList());
    }

    /**
     * Reads the text form; what is malformed is left out.
     *
     * @param completions indexes from here on are left out: a Job may have been scaled down
     */
    static Intervals parse(String text, int completions) {
        List<Interval> read = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (part.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
                int hyphen = part.indexOf('-');
                int first = Integer.parseInt(hyphen < 0 ? part : part.substring(0, hyphen));
                int last = Integer.parseInt(part.substring(hyphen + 1));
                if (first < completions && first <= last) {
                    read.add(new Interval(first, Math.min(last, completions - 1)));
                }
            }
        }
        return NONE.and(read);
    }

    /** The union of both. */
    Intervals and(Intervals other) {
        return and(other.list);
    }

    private Intervals and(List<Interval> others) {
        List<Interval> merged = new ArrayList<>();
        Stream.concat(list.stream(), others.stream())
                .sorted(Comparator.comparing(Interval::first))
                .forEach(next -> {
                    Interval last = merged.isEmpty() ? null : merged.getLast();
                    if (last == null || next.first() > last.last() + 1) {
                        merged.add(next);
                    } else if (next.last() > last.last()) {
                        merged.set(merged.size() - 1, new Interval(last.first(), next.last()));
                    }
                });
        return new Intervals(merged);
    }

    /** How many indexes. */
    int total() {
        return list.stream().mapToInt(each -> each.last() - each.first() + 1).sum();
    }

    boolean has(int index) {
        int low = 0;
        int high = list.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Interval each = list.get(middle);
            if (index < each.first()) {
                high = middle - 1;
            } else if (index > each.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** How many indexes both have. */
    int common(Intervals other) {
        int common = 0;
        int i = 0;
        int j = 0;
        while (i < list.size() && j < other.list.size()) {
            Interval mine = list.get(i);
            Interval theirs = other.list.get(j);
            common += Math.max(0, Math.min(mine.last(), theirs.last()) - Math.max(mine.first(), theirs.first()) + 1);
            if (mine.last() < theirs.last()) {
                i++;
            } else {
                j++;
            }
        }
        return common;
    }

    /** The lowest indexes that are not in the set. */
    List<Integer> firstMissing(int count, int completions) {
        List<Integer> missing = new ArrayList<>();
        int candidate = 0;
        for (Interval each : list) {
            IntStream.range(candidate, Math.min(each.first(), completions))
                    .limit(count - missing.size())
                    .forEach(missing::add);
            candidate = each.last() + 1;
        }
        IntStream.range(candidate, Math.max(candidate, completions))
                .limit(count - missing.size())
                .forEach(missing::add);
        return missing;
    }

    /** The form in a Job's status. */
    String text() {
        return list.stream().map(Interval::text).collect(Collectors.joining(","));
    }
}
