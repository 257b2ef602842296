package io.shiplog.docker.story;

import io.shiplog.projections.history.Escapes;
import java.io.PrintStream;

/** Where the commands of this package print: the only way, so that no object's content reaches a terminal unescaped. */
final class Terminal {
    private Terminal() {}

    /** Prints a text of any number of lines as it stands. */
    static void print(String text) {
        print(System.out, text);
    }

    /** Prints a line. */
    static void println(String line) {
        print(System.out, line + System.lineSeparator());
    }

    /** Tells the reader something beside the answer, on the standard error. */
    static void note(String line) {
        print(System.err, line + System.lineSeparator());
    }

    private static void print(PrintStream out, String text) {
        out.print(Escapes.lines(text));
        out.flush();
    }
}
