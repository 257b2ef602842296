package io.shiplog.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help texts, and what a mistyped command line prints. */
class HelpTest {
    private record Result(int exitCode, List<String> out, List<String> err) {}

    private static Result run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Shiplog.commandLine(words)
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
        return new Result(
                code, out.toString().lines().toList(), err.toString().lines().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lgo | shiplog: there is no command 'lgo'; did you mean \"log\"? | See './shiplog --help'.",
                "statsu | shiplog: there is no command 'statsu'; did you mean \"status\"? | See './shiplog --help'.",
                "frobnicate | shiplog: there is no command 'frobnicate' | See './shiplog --help'.",
                "log --flolow | shiplog: unknown option: --flolow; did you mean \"--follow\"? | See './shiplog log --help'.",
                "get pods | shiplog: Missing required option: '--at=MOMENT' | See './shiplog get --help'."
            })
    void aMistypedCommandLineIsTwoLines(String words, String message, String help) {
        assertEquals(new Result(2, List.of(), List.of(message, help)), run(words.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"log", "get", "diff", "blame", "why", "undo", "explain-schedule"})
    void theFormsOfAMomentAreNotBroken(String command) {
        List<String> help = run(command, "--help").out();

        assertTrue(help.contains("  2026-11-22T03:12:00Z  a time; without a zone it is local"), help::toString);
        assertTrue(help.contains("  '2026-11-22 03:12'    the same"), help::toString);
        assertTrue(help.stream().allMatch(line -> line.length() <= 80), help::toString);
    }

    @Test
    void versionIsKnown() {
        assertEquals(0, run("--version").exitCode());
        assertEquals(1, run("--version").out().size());
    }
}
