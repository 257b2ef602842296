package io.shiplog.command.kind.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The difference of two trees, line by line, as Kubernetes shows it in messages about immutable fields: indented JSON, three
 * lines of context.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/diff/diff.go">diff.Diff</a>
 */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /** Trees with more lines are not compared: the cost grows with the product of their lines. */
    private static final int MAX_LINES = 2_000;

    private final List<String> before;
    private final List<String> after;
    private final Map<String, List<Integer>> positions = new HashMap<>();
    private final List<Block> blocks = new ArrayList<>();

    private UnifiedDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        for (int i = 0; i < after.size(); i++) {
            positions.computeIfAbsent(after.get(i), line -> new ArrayList<>()).add(i);
        }
    }

    /** Equal lines. */
    private record Block(int before, int after, int size) {}

    /** A change: lines of before that become lines of after; both ends are exclusive. */
    private record Change(int before, int beforeEnd, int after, int afterEnd) {}

    /** The hunks of the difference, each with its header; empty if the trees are equal or too large to compare. */
    public static String of(JsonNode before, JsonNode after) {
        List<String> old = lines(before);
        List<String> now = lines(after);
        if (old.size() > MAX_LINES || now.size() > MAX_LINES) {
            return "";
        }
        UnifiedDiff diff = new UnifiedDiff(old, now);
        diff.match(0, old.size(), 0, now.size());
        diff.blocks.add(new Block(old.size(), now.size(), 0));
        return diff.hunks(diff.changes());
    }

    /** The longest equal run first, then left and right of it. */
    private void match(int from, int to, int fromAfter, int toAfter) {
        Block longest = longest(from, to, fromAfter, toAfter);
        if (longest.size() == 0) {
            return;
        }
        match(from, longest.before(), fromAfter, longest.after());
        blocks.add(longest);
        match(longest.before() + longest.size(), to, longest.after() + longest.size(), toAfter);
    }

    private Block longest(int from, int to, int fromAfter, int toAfter) {
        Block best = new Block(from, fromAfter, 0);
        Map<Integer, Integer> lengths = new HashMap<>();
        for (int i = from; i < to; i++) {
            Map<Integer, Integer> next = new HashMap<>();
            for (int j : positions.getOrDefault(before.get(i), List.of())) {
                if (j < fromAfter || j >= toAfter) {
                    continue;
                }
                int length = lengths.getOrDefault(j - 1, 0) + 1;
                next.put(j, length);
                if (length > best.size()) {
                    best = new Block(i - length + 1, j - length + 1, length);
                }
            }
            lengths = next;
        }
        return best;
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        for (Block block : blocks) {
            if (i < block.before() || j < block.after()) {
                changes.add(new Change(i, block.before(), j, block.after()));
            }
            i = block.before() + block.size();
            j = block.after() + block.size();
        }
        return changes;
    }

    private String hunks(List<Change> changes) {
        StringBuilder text = new StringBuilder();
        int first = 0;
        while (first < changes.size()) {
            int last = first;
            while (last + 1 < changes.size()
                    && changes.get(last + 1).before() - changes.get(last).beforeEnd() <= 2 * CONTEXT) {
                last++;
            }
            hunk(changes.subList(first, last + 1), text);
            first = last + 1;
        }
        return text.toString();
    }

    private void hunk(List<Change> changes, StringBuilder text) {
        Change first = changes.getFirst();
        Change last = changes.getLast();
        int from = Math.max(0, first.before() - CONTEXT);
        int fromAfter = Math.max(0, first.after() - CONTEXT);
        int to = Math.min(before.size(), last.beforeEnd() + CONTEXT);
        int toAfter = Math.min(after.size(), last.afterEnd() + CONTEXT);
        text.append("@@ -%s +%s @@\n".formatted(range(from, to), range(fromAfter, toAfter)));
        int at = from;
        for (Change change : changes) {
            lines(' ', before.subList(at, change.before()), text);
            lines('-', before.subList(change.before(), change.beforeEnd()), text);
            lines('+', after.subList(change.after(), change.afterEnd()), text);
            at = change.beforeEnd();
        }
        lines(' ', before.subList(at, to), text);
    }

    private static String range(int from, int to) {
        int length = to - from;
        return switch (length) {
            case 0 -> from + ",0";
            case 1 -> String.valueOf(from + 1);
            default -> (from + 1) + "," + length;
        };
    }

    private static void lines(char sign, List<String> lines, StringBuilder text) {
        lines.forEach(line -> text.append(sign).append(line).append('\n'));
    }

    private static List<String> lines(JsonNode tree) {
        StringBuilder text = new StringBuilder();
        print(tree, "", text);
        return List.of(text.toString().split("\n"));
    }

    private static void print(JsonNode node, String indent, StringBuilder text) {
        if (!node.isContainerNode() || node.isEmpty()) {
            text.append(node);
            return;
        }
        String inner = indent + " ";
        text.append(node.isObject() ? "{\n" : "[\n");
        if (node.isObject()) {
            Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                text.append(inner).append(TextNode.valueOf(field.getKey())).append(": ");
                print(field.getValue(), inner, text);
                text.append(fields.hasNext() ? ",\n" : "\n");
            }
        } else {
            for (int i = 0; i < node.size(); i++) {
                text.append(inner);
                print(node.get(i), inner, text);
                text.append(i + 1 < node.size() ? ",\n" : "\n");
            }
        }
        text.append(indent).append(node.isObject() ? '}' : ']');
    }
}
