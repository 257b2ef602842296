package io.shiplog.docker.client;

import io.shiplog.projections.history.text.Escapes;
import java.io.PrintStream;

/** The output of the commands in this package: the only path, so that object content is always escaped. */
public final class Terminal {
    private Terminal() {}

    /** Prints a multi-line text unchanged. */
    public static void print(String text) {
        print(System.out, text);
    }

    /** Prints a line. */
    public static void println(String line) {
        print(System.out, line + System.lineSeparator());
    }

    /** Prints a note to standard error. */
    public static void note(String line) {
        print(System.err, line + System.lineSeparator());
    }

    private static void print(PrintStream out, String text) {
        out.print(Escapes.lines(text));
        out.flush();
    }
}
