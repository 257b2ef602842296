package io.shiplog.node.net.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The machine of this process. */
public final class LinuxMachine implements Machine {
    /** Far beyond the slowest command, a full rule set of 10,000 services. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Unlike /sys/class/net this always reads the caller's network namespace. */
    private static final Path INTERFACES = Path.of("/proc/sys/net/ipv4/conf");

    private static final String PATH = "PATH";
    /** The directories of the commands, also for a user whose PATH has no sbin. */
    private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    @Override
    public Outcome run(List<String> command, String input) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().merge(PATH, SYSTEM_PATH, (own, system) -> own + ":" + system);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.command(resolve(command)).start();
        } catch (IOException e) {
            return new Outcome(Outcome.NOT_FOUND, "", command.getFirst() + ": command not found");
        }
        CompletableFuture<String> out = drain(process.getInputStream());
        CompletableFuture<String> err = drain(process.getErrorStream());
        try {
            feed(process, input);
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Outcome(Outcome.TIMED_OUT, "", command.getFirst() + " did not end within " + PATIENCE);
            }
            return new Outcome(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Outcome(Outcome.TIMED_OUT, "", command.getFirst() + " was interrupted");
        }
    }

    /** ProcessBuilder searches this process's PATH, not the child's. */
    private static List<String> resolve(List<String> command) {
        String own = System.getenv(PATH);
        for (String directory : ((own == null ? "" : own + ":") + SYSTEM_PATH).split(":")) {
            Path candidate = Path.of(directory, command.getFirst());
            if (Files.isExecutable(candidate)) {
                List<String> resolved = new ArrayList<>(command);
                resolved.set(0, candidate.toString());
                return resolved;
            }
        }
        return command;
    }

    private static CompletableFuture<String> drain(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.complete("");
            }
        });
        return text;
    }

    private static void feed(Process process, String input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading all input: its exit code and output say why.
        }
    }

    @Override
    public String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    @Override
    public boolean write(Path file, String value) {
        try {
            Files.writeString(file, value);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean hasInterface(String name) {
        return Files.exists(INTERFACES.resolve(name));
    }

    @Override
    public String readLink(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
