package io.shiplog.docker.e2e;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation as a test: each {@code console} block is typed into one shell, line by line, and the output must
 * match the page. Times, revisions, ids and generated names differ each time and are not compared; a line {@code …} matches any
 * lines, a {@code …} at the end of a line any rest.
 */
final class Walkthrough {
    private static final String MORE = "…";
    private static final String END = "@@walkthrough";

    /** What differs each time, and a word for it. The order counts. */
    private static final List<Stand> STANDS = List.of(
            new Stand("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)?", "TIME"),
            new Stand("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "UID"),
            new Stand("\\b(web-)[0-9a-z]{8,10}(-[0-9a-z]{5})?(?![a-z0-9-])", "POD"),
            new Stand("\\b10(\\.\\d+){3}\\b", "ADDRESS"),
            new Stand("\\bnode-\\d\\b", "NODE"),
            new Stand("#\\d+", "#N"),
            new Stand("\\brevision \\d+", "revision N"),
            new Stand("\\b(\\d+[hms])+\\b", "AGE"),
            new Stand("\\b(?=[0-9a-f]*\\d)[0-9a-f]{8}\\b", "ID"),
            new Stand("\\s+", " "));

    private record Stand(Pattern pattern, String word) {
        Stand(String pattern, String word) {
            this(Pattern.compile(pattern), word);
        }
    }

    /**
     * A command of the page.
     *
     * @param line its line number, from 1
     * @param shown its output on the page
     */
    record Step(int line, String command, List<String> shown) {}

    private final List<Step> steps;

    private Walkthrough(List<Step> steps) {
        this.steps = steps;
    }

    static Walkthrough of(Path page) {
        try {
            return of(Files.readAllLines(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Walkthrough of(List<String> page) {
        List<Step> steps = new ArrayList<>();
        boolean inside = false;
        for (int i = 0; i < page.size(); i++) {
            String line = page.get(i);
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith("$ ")) {
                steps.add(new Step(i + 1, line.substring(2), new ArrayList<>()));
            } else if (inside) {
                steps.getLast().shown().add(line);
            }
        }
        return new Walkthrough(steps);
    }

    List<Step> steps() {
        return steps;
    }

    /**
     * Runs it.
     *
     * @param shell not started: its directory and environment are those that the page assumes
     * @param replaced texts of the page, and their replacements
     */
    void walk(ProcessBuilder shell, Map<String, String> replaced) throws IOException {
        Process bash = shell.command("bash").redirectErrorStream(true).start();
        try (BufferedWriter in = bash.outputWriter(StandardCharsets.UTF_8);
                BufferedReader out = bash.inputReader(StandardCharsets.UTF_8)) {
            for (Step step : steps) {
                String command = step.command();
                for (var each : replaced.entrySet()) {
                    command = command.replace(each.getKey(), each.getValue());
                }
                in.write("{ " + command + "\n} </dev/null; echo; echo '" + END + "'\n");
                in.flush();
                String difference = difference(step.shown(), answer(out));
                if (!difference.isEmpty()) {
                    throw new AssertionError("line %d: $ %s%n%s".formatted(step.line(), step.command(), difference));
                }
            }
        } finally {
            bash.destroy();
        }
    }

    private static List<String> answer(BufferedReader out) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); !END.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new AssertionError("the shell ended: " + lines);
            }
            lines.add(line);
        }
        return lines;
    }

    /** What is not as shown, for people; empty if nothing. */
    static String difference(List<String> shown, List<String> came) {
        List<String> wanted = trimmed(shown);
        List<String> got = trimmed(came);
        return matches(wanted, 0, got, 0)
                ? ""
                : "shown:%n%s%ncame:%n%s".formatted(String.join("\n", shown), String.join("\n", came));
    }

    private static List<String> trimmed(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isBlank())
                .map(Walkthrough::general)
                .toList();
    }

    private static boolean matches(List<String> wanted, int w, List<String> got, int g) {
        if (w == wanted.size()) {
            return g == got.size();
        }
        if (wanted.get(w).equals(MORE)) {
            return Stream.iterate(g, at -> at <= got.size(), at -> at + 1)
                    .anyMatch(at -> matches(wanted, w + 1, got, at));
        }
        return g < got.size() && same(wanted.get(w), got.get(g)) && matches(wanted, w + 1, got, g + 1);
    }

    private static boolean same(String wanted, String got) {
        return wanted.endsWith(MORE)
                ? got.startsWith(wanted.substring(0, wanted.length() - 1).strip())
                : wanted.equals(got);
    }

    private static String general(String line) {
        String text = line;
        for (Stand stand : STANDS) {
            text = stand.pattern().matcher(text).replaceAll(stand.word());
        }
        return text.strip();
    }
}
