package io.shiplog.projections.history.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A unified diff of two texts, by Myers' greedy algorithm.
 *
 * @see <a href="http://www.xmailserver.org/diff2.pdf">An O(ND) difference algorithm and its variations</a>
 */
public final class LineDiff {
    private static final int CONTEXT = 3;
    /**
     * With more differences the texts are unrelated, and are shown one after the other. Time and memory grow with the square: 4 MB.
     */
    static final int MAX_DIFFERENCES = 1_000;

    private LineDiff() {}

    private record Line(char mark, String text) {}

    /** The diff with its two header lines; empty if the texts are the same. */
    public static String unified(String beforeName, String afterName, String before, String after) {
        if (before.equals(after)) {
            return "";
        }
        List<Line> lines = edits(before.lines().toList(), after.lines().toList());
        return "--- " + beforeName + "\n+++ " + afterName + "\n" + hunks(lines);
    }

    /**
     * The lines that two texts share, in order.
     *
     * @return for each line of {@code after} its index in {@code before}; -1 for a new one
     */
    public static int[] shared(List<String> before, List<String> after) {
        int[] origin = new int[after.size()];
        int x = 0;
        int y = 0;
        for (Line line : edits(before, after)) {
            switch (line.mark()) {
                case ' ' -> origin[y++] = x++;
                case '+' -> origin[y++] = -1;
                default -> x++;
            }
        }
        return origin;
    }

    private static List<Line> edits(List<String> a, List<String> b) {
        int shorter = Math.min(a.size(), b.size());
        int start = 0;
        while (start < shorter && a.get(start).equals(b.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && a.get(a.size() - 1 - end).equals(b.get(b.size() - 1 - end))) {
            end++;
        }
        List<Line> lines = new ArrayList<>();
        a.subList(0, start).forEach(line -> lines.add(new Line(' ', line)));
        lines.addAll(different(a.subList(start, a.size() - end), b.subList(start, b.size() - end)));
        a.subList(a.size() - end, a.size()).forEach(line -> lines.add(new Line(' ', line)));
        return lines;
    }

    private static List<Line> different(List<String> a, List<String> b) {
        List<int[]> trace = trace(a, b);
        List<Line> reversed = new ArrayList<>();
        int x = a.size();
        int y = b.size();
        for (int d = trace.size() - 1; d > 0; d--) {
            int[] furthest = trace.get(d - 1);
            int offset = d;
            int k = x - y;
            boolean down = k == -d || k != d && furthest[offset + k - 1] < furthest[offset + k + 1];
            int previousK = down ? k + 1 : k - 1;
            int previousX = furthest[offset + previousK];
            int previousY = previousX - previousK;
            while (x > previousX && y > previousY) {
                reversed.add(new Line(' ', a.get(--x)));
                y--;
            }
            if (down) {
                reversed.add(new Line('+', b.get(--y)));
            } else {
                reversed.add(new Line('-', a.get(--x)));
            }
        }
        while (!trace.isEmpty() && x > 0 && y > 0) {
            reversed.add(new Line(' ', a.get(--x)));
            y--;
        }
        while (y > 0) {
            reversed.add(new Line('+', b.get(--y)));
        }
        while (x > 0) {
            reversed.add(new Line('-', a.get(--x)));
        }
        return reversed.reversed();
    }

    /**
     * For each number of differences d, how far each diagonal gets: diagonal k at index k + d + 1. Empty if the texts differ too much.
     */
    private static List<int[]> trace(List<String> a, List<String> b) {
        int most = Math.min(a.size() + b.size(), MAX_DIFFERENCES);
        List<int[]> trace = new ArrayList<>();
        int[] furthest = new int[2 * most + 3];
        int offset = most + 1;
        for (int d = 0; d <= most; d++) {
            for (int k = -d; k <= d; k += 2) {
                boolean down = k == -d || k != d && furthest[offset + k - 1] < furthest[offset + k + 1];
                int x = down ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
                int y = x - k;
                while (x < a.size()
                        && y < b.size()
                        && x >= 0
                        && y >= 0
                        && a.get(x).equals(b.get(y))) {
                    x++;
                    y++;
                }
                furthest[offset + k] = x;
                if (x >= a.size() && y >= b.size()) {
                    trace.add(around(furthest, offset, d));
                    return trace;
                }
            }
            trace.add(around(furthest, offset, d));
        }
        return List.of();
    }

    private static int[] around(int[] furthest, int offset, int d) {
        return Arrays.copyOfRange(furthest, offset - d - 1, offset + d + 2);
    }

    private static String hunks(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        int before = 1;
        int after = 1;
        while (i < lines.size()) {
            if (lines.get(i).mark() == ' ') {
                i++;
                before++;
                after++;
                continue;
            }
            int start = Math.max(0, i - CONTEXT);
            int end = endOfHunk(lines, i);
            List<Line> hunk = lines.subList(start, end);
            long removed = hunk.stream().filter(line -> line.mark() != '+').count();
            long added = hunk.stream().filter(line -> line.mark() != '-').count();
            text.append("@@ -%s +%s @@\n"
                    .formatted(range(before - (i - start), removed), range(after - (i - start), added)));
            hunk.forEach(line -> text.append(line.mark()).append(line.text()).append('\n'));
            before += (int) removed - (i - start);
            after += (int) added - (i - start);
            i = end;
        }
        return text.toString();
    }

    /**
     * An empty range is after the line that it names.
     *
     * @see <a href="https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html">GNU diff's unified format</a>
     */
    private static String range(int first, long lines) {
        return "%d,%d".formatted(lines == 0 ? first - 1 : first, lines);
    }

    private static int endOfHunk(List<Line> lines, int from) {
        int end = from;
        int same = 0;
        while (end < lines.size() && same <= 2 * CONTEXT) {
            same = lines.get(end).mark() == ' ' ? same + 1 : 0;
            end++;
        }
        return end - Math.max(0, same - CONTEXT);
    }
}
