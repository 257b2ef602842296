package io.shiplog.node.net.machine;

import java.nio.file.Path;
import java.util.List;

/** The network of this machine. Calls block; they come from virtual threads. */
public interface Machine {
    /**
     * Runs a command to its end, with {@code input} on its stdin.
     *
     * @return its output; {@link Outcome#NOT_FOUND} as the exit code if there is no such command
     */
    Outcome run(List<String> command, String input);

    /** Runs a command without input. */
    default Outcome run(String... command) {
        return run(List.of(command), "");
    }

    /** The text of a kernel file, without the trailing newline; empty if it cannot be read. */
    String read(Path file);

    /** Writes a kernel setting; false if the kernel refuses. */
    boolean write(Path file, String value);

    /** Whether a network interface of this name exists. */
    boolean hasInterface(String name);

    /** The target of a symbolic link, as {@code net:[4026531840]}; empty if there is none. */
    String readLink(Path link);

    /**
     * The result of a command.
     *
     * @param exit its exit code
     */
    record Outcome(int exit, String out, String err) {
        /** As in shells: command not found. */
        public static final int NOT_FOUND = 127;
        /** As in timeout(1): it did not end in time and was killed. */
        public static final int TIMED_OUT = 124;

        public boolean ok() {
            return exit == 0;
        }

        /** Why it failed, in one line. */
        public String complaint() {
            String said = err.isBlank() ? out : err;
            String first = said.strip().lines().findFirst().orElse("");
            return first.isEmpty() ? "exit code " + exit : first;
        }
    }
}
