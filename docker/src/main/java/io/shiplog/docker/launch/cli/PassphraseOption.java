package io.shiplog.docker.launch.cli;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A passphrase from the terminal or a file. Never an argument: other users see the arguments of a process. */
public final class PassphraseOption {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "read the passphrase from the first line of a file (default: ask on the terminal)")
    private Optional<Path> file = Optional.empty();

    /** A passphrase that is there. */
    public char[] ask() {
        return file.map(PassphraseOption::read).orElseGet(() -> ask("Passphrase: "));
    }

    /**
     * A new passphrase, asked for twice.
     *
     * @throws IllegalArgumentException if both are not the same
     */
    public char[] askTwice() {
        if (file.isPresent()) {
            return read(file.get());
        }
        char[] passphrase = ask("New passphrase: ");
        if (!Arrays.equals(passphrase, ask("The same again: "))) {
            throw new IllegalArgumentException("these are two different passphrases. Nothing was written.");
        }
        return passphrase;
    }

    private static char[] ask(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new IllegalStateException("there is no terminal to ask on: give --passphrase-file");
        }
        char[] answer = console.readPassword("%s", question);
        return answer == null ? new char[0] : answer;
    }

    private static char[] read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? new char[0] : lines.getFirst().toCharArray();
        } catch (IOException e) {
            throw new UncheckedIOException("the passphrase file %s cannot be read: %s".formatted(file, e), e);
        }
    }
}
