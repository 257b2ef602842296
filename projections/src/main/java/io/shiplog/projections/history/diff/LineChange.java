package io.shiplog.projections.history.diff;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The difference between two multi-line texts.
 *
 * @param line number of the first line that differs, from 1
 * @param removed lines that only the text before has, from there
 * @param added lines that only the text after has, from there
 */
public record LineChange(int line, List<String> removed, List<String> added) {

    /** Compares two texts. A common beginning and end are omitted. */
    public static LineChange between(String before, String after) {
        List<String> was = before.lines().toList();
        List<String> is = after.lines().toList();
        int start = 0;
        while (start < was.size() && start < is.size() && was.get(start).equals(is.get(start))) {
            start++;
        }
        int end = 0;
        while (end < was.size() - start
                && end < is.size() - start
                && was.get(was.size() - 1 - end).equals(is.get(is.size() - 1 - end))) {
            end++;
        }
        return new LineChange(start + 1, was.subList(start, was.size() - end), is.subList(start, is.size() - end));
    }

    /**
     * {@code line 3: timeout=5→timeout=50 (+1 line)}.
     *
     * @param value how to show a line
     */
    public String text(UnaryOperator<String> value) {
        if (removed.isEmpty() && added.isEmpty()) {
            return "line ends";
        }
        int more = Math.max(removed.size(), added.size()) - 1;
        String first = removed.isEmpty()
                ? "+" + value.apply(added.getFirst())
                : added.isEmpty()
                        ? "-" + value.apply(removed.getFirst())
                        : value.apply(removed.getFirst()) + "→" + value.apply(added.getFirst());
        return "line %d: %s%s"
                .formatted(line, first, more == 0 ? "" : " (+%d %s)".formatted(more, more == 1 ? "line" : "lines"));
    }
}
