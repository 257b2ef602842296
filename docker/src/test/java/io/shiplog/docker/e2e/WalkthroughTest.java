package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A page that is not true does not pass. */
class WalkthroughTest {
    private static void walk(String... lines) throws Exception {
        List<String> page = new java.util.ArrayList<>(List.of("words", "```console"));
        page.addAll(List.of(lines));
        page.add("```");
        Walkthrough.of(page).walk(new ProcessBuilder(), Map.of());
    }

    private static String complaint(String... lines) {
        return String.valueOf(
                assertThrows(AssertionError.class, () -> walk(lines)).getMessage());
    }

    @Test
    void aTruePagePassesAndItsShellRemembers() throws Exception {
        walk("$ A=5", "$ echo $A; echo -n x", "5", "x", "$ false");
    }

    @Test
    void whatDiffersEachTimeIsNotCompared() throws Exception {
        walk(
                "$ echo 'web-77f99bf898-ds2ht  1/1 Running 8s 10.244.1.2'",
                "web-d857b9468-4jzjd 1/1   Running 2m3s 10.9.9.9",
                "$ echo '2026-11-22 21:18:31.826  #91 on node-1 by 99ff3a15'",
                "2027-01-01 00:00:00.1 #1066 on node-2 by 1f508f1c");
    }

    @Test
    void dotsStandForAnyLinesOrRest() throws Exception {
        walk("$ seq 5; echo the end of it", "1", "…", "4", "…", "the end…");
    }

    @Test
    void anotherAnswerIsTold() {
        String complaint = complaint("$ echo one", "two");

        assertTrue(complaint.startsWith("line 3: $ echo one"), complaint);
        assertTrue(complaint.contains("shown:\ntwo\ncame:\none"), complaint);
    }

    @Test
    void moreOrLessThanIsShownIsTold() {
        complaint("$ seq 2", "1");
        complaint("$ seq 1", "1", "2");
        complaint("$ seq 3", "1", "…", "2");
        complaint("$ true", "words");
        complaint("$ echo words");
    }

    @Test
    void aShellThatEndsIsTold() {
        assertEquals("the shell ended: []", complaint("$ exit 0"));
    }
}
