package io.shiplog.docker.client;

import io.shiplog.projections.history.text.Escapes;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The output of commands: their only path, so that object content is escaped wherever a terminal shows it. */
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

    /** Prints a document that programs read: unchanged into a file or a pipe, in UTF-8. A terminal gets it escaped. */
    public static void document(String text) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        System.out.writeBytes((terminal ? Escapes.lines(text) : text).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static void print(PrintStream out, String text) {
        out.print(Escapes.lines(text));
        out.flush();
    }
}
