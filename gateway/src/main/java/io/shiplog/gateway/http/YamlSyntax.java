package io.shiplog.gateway.http;

import io.shiplog.events.json.ClientJson;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.scanner.ScannerException;

/**
 * Why a text is not YAML, in the words and with the line of Kubernetes' parser. Both parsers follow libyaml, so that each problem has its
 * counterpart.
 *
 * @see <a href="https://github.com/yaml/go-yaml/blob/v2/decode.go">go-yaml, {@code parser.fail}</a>
 */
final class YamlSyntax {
    /** How a problem begins here, and what it is there. */
    private record Words(String here, String there) {}

    private static final String INDICATOR = "expected <block end>";

    private static final List<Words> WORDS = List.of(
            new Words("expected ',' or ']'", "did not find expected ',' or ']'"),
            new Words("expected ',' or '}'", "did not find expected ',' or '}'"),
            new Words("expected the node content", "did not find expected node content"),
            new Words("expected '<document start>'", "did not find expected <document start>"),
            new Words("mapping values are not allowed here", "mapping values are not allowed in this context"),
            new Words("mapping keys are not allowed here", "mapping keys are not allowed in this context"),
            new Words(
                    "sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
            new Words("found character ", "found character that cannot start any token"),
            new Words("found unexpected document separator", "found unexpected document indicator"),
            new Words("found undefined tag handle", "found undefined tag handle"),
            new Words("found unknown escape character", "found unknown escape character"),
            new Words(
                    "expected alphabetic or numeric character",
                    "did not find expected alphabetic or numeric character"),
            new Words("unexpected character found", "did not find expected alphabetic or numeric character"),
            new Words("expected escape sequence", "did not find expected hexdecimal number"),
            new Words("expected indentation indicator", "found an indentation indicator equal to 0"),
            new Words("expected chomping", "did not find expected comment or line break"),
            new Words("expected a comment", "did not find expected comment or line break"));

    private YamlSyntax() {}

    /** The problem with its line; for anything but a syntax error as {@link ClientJson#message(IOException)}. */
    static String message(IOException e) {
        return e.getCause() instanceof MarkedYAMLException syntax && syntax.getProblem() != null
                ? "yaml: " + place(syntax) + problem(syntax)
                : ClientJson.message(e).lines().findFirst().orElse("");
    }

    private static String problem(MarkedYAMLException e) {
        String problem = e.getProblem();
        if (problem.startsWith(INDICATOR)) {
            return String.valueOf(e.getContext()).contains("mapping")
                    ? "did not find expected key"
                    : "did not find expected '-' indicator";
        }
        for (Words each : WORDS) {
            if (problem.startsWith(each.here())) {
                return each.there();
            }
        }
        return problem.lines().findFirst().orElse("");
    }

    /**
     * The line of the problem, or else that where the construct begins. The first line, which Go counts as 0, is not named; a scanner
     * stops before the line of its problem.
     */
    private static String place(MarkedYAMLException e) {
        int line = line(e.getProblemMark());
        Mark mark = e.getProblemMark();
        if (mark != null && mark.getColumn() > 0 && e.getProblem().contains("<stream end>")) {
            line++; // the text ends in a line of its own
        }
        if (line != 0 && e instanceof ScannerException) {
            line++;
        }
        if (line == 0) {
            line = line(e.getContextMark());
        }
        return line == 0 ? "" : "line " + line + ": ";
    }

    private static int line(@Nullable Mark mark) {
        return mark == null ? 0 : mark.getLine();
    }
}
