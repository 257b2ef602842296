package io.shiplog.docker.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs commands as a person at a terminal would, and gives back what they print. */
final class Shell {
    private final Map<String, String> environment;

    Shell(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** What a command printed and how it ended. */
    record Result(int exitCode, String out, String err) {
        /** The output, if the command succeeded. */
        String orFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code %d%n%s%n%s".formatted(exitCode, out, err));
            }
            return out;
        }
    }

    /** A process with the same environment, for direct use. */
    ProcessBuilder prepared() {
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().putAll(environment);
        return builder;
    }

    Result run(Duration limit, @Nullable String input, List<String> command) {
        try {
            Path out = Files.createTempFile("shiplog-it", ".out");
            Path err = Files.createTempFile("shiplog-it", ".err");
            try {
                Process process = prepared()
                        .command(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                try (var stdin = process.getOutputStream()) {
                    if (input != null) {
                        stdin.write(input.getBytes(StandardCharsets.UTF_8));
                    }
                }
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError("not done after %s: %s%n%s%n%s"
                            .formatted(limit, String.join(" ", command), Files.readString(out), Files.readString(err)));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
