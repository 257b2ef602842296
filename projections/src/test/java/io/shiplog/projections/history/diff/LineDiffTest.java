package io.shiplog.projections.history.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineDiffTest {
    @Test
    void sameTextsHaveNoDiff() {
        assertEquals("", LineDiff.unified("a", "b", "x\ny\n", "x\ny\n"));
    }

    @Test
    void aChangedLineShowsWithThreeLinesAround() {
        String before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        String after = before.replace("5", "five");

        assertEquals("""
                --- old
                +++ new
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8
                """, LineDiff.unified("old", "new", before, after));
    }

    @Test
    void changesFarApartAreHunksOfTheirOwn() {
        StringBuilder before = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            before.append(i).append('\n');
        }
        String after = before.toString().replace("\n2\n", "\nzwei\n").replace("\n29\n", "\n");

        assertEquals("""
                --- old
                +++ new
                @@ -1,5 +1,5 @@
                 1
                -2
                +zwei
                 3
                 4
                 5
                @@ -26,5 +26,4 @@
                 26
                 27
                 28
                -29
                 30
                """, LineDiff.unified("old", "new", before.toString(), after));
    }

    @Test
    void whatWasNotThereIsAllNew() {
        assertEquals(
                "--- /dev/null\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n", LineDiff.unified("/dev/null", "b", "", "x\ny\n"));
    }

    @Test
    void theDiffOfAnyTwoTextsLeadsFromOneToTheOther() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            List<String> before = lines(random);
            List<String> after = lines(random);
            String diff = LineDiff.unified("a", "b", text(before), text(after));
            if (!before.equals(after)) {
                assertEquals(text(after), text(applied(before, diff)), () -> "seed " + seed + "\n" + diff);
            }
        }
    }

    @Test
    void textsWithNothingInCommonAreShownOneAfterTheOther() {
        int many = LineDiff.MAX_DIFFERENCES;
        List<String> before = numbered("before ", many);
        List<String> after = numbered("after ", many);
        before.addFirst("same");
        after.addFirst("same");
        before.addLast("end");
        after.addLast("end");

        String diff = LineDiff.unified("a", "b", text(before), text(after));

        assertEquals(text(after), text(applied(before, diff)));
        assertEquals(
                many, diff.lines().filter(line -> line.startsWith("-before")).count());
        int[] origin = LineDiff.shared(before, after);
        assertEquals(0, origin[0]);
        assertEquals(-1, origin[1]);
        assertEquals(many + 1, origin[many + 1]);
    }

    @Test
    void longTextsWithFewDifferencesAreCompared() {
        List<String> before = numbered("", 100_000);
        List<String> after = new ArrayList<>(before);
        for (int i = 0; i < 300; i++) {
            after.set(i * 300, "changed " + i);
        }

        String diff = LineDiff.unified("a", "b", text(before), text(after));

        assertEquals(
                300, diff.lines().filter(line -> line.startsWith("+changed")).count());
        assertEquals(text(after), text(applied(before, diff)));
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(prefix + i);
        }
        return lines;
    }

    private static List<String> lines(Random random) {
        List<String> lines = new ArrayList<>();
        int size = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            lines.add("line " + random.nextInt(6));
        }
        return lines;
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static List<String> applied(List<String> before, String diff) {
        List<String> result = new ArrayList<>();
        int at = 0;
        for (String line : diff.lines().skip(2).toList()) {
            if (line.startsWith("@@")) {
                int start = Integer.parseInt(line.split("[-, ]+")[1]) - 1;
                while (at < start) {
                    result.add(before.get(at++));
                }
            } else if (line.startsWith("+")) {
                result.add(line.substring(1));
            } else {
                assertEquals(before.get(at), line.substring(1));
                if (line.startsWith(" ")) {
                    result.add(before.get(at));
                }
                at++;
            }
        }
        result.addAll(before.subList(at, before.size()));
        return result;
    }
}
