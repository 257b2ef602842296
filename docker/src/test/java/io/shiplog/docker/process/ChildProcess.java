package io.shiplog.docker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process of its own, a JVM as a rule, that a test may stop, resume and kill. What it prints can be waited for. */
public final class ChildProcess implements AutoCloseable {
    private static final long LINE_LIMIT_MILLIS = 60_000;

    private final Process process;
    private final List<String> lines = new ArrayList<>();

    private ChildProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::collect);
    }

    /** A JVM with the classes of the tests. */
    public static ChildProcess start(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return start(Path.of("."), Map.of(), command);
    }

    /** Any command, in a folder, with more in its environment. */
    public static ChildProcess start(Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed: what it printed until then is all there is.
        }
        synchronized (lines) {
            lines.notifyAll();
        }
    }

    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The rest of each line that begins with a word. */
    public List<String> lines(String word) {
        return lines().stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .toList();
    }

    /** Waits until the lines so far satisfy a condition. */
    public void await(String what, Predicate<List<String>> condition) throws InterruptedException {
        long deadline = System.currentTimeMillis() + LINE_LIMIT_MILLIS;
        synchronized (lines) {
            while (!condition.test(List.copyOf(lines))) {
                long left = deadline - System.currentTimeMillis();
                if (left <= 0) {
                    throw new AssertionError("the child did not print %s; its last lines: %s"
                            .formatted(what, lines.subList(Math.max(0, lines.size() - 20), lines.size())));
                }
                lines.wait(Math.min(left, 200));
            }
        }
    }

    public void awaitLine(String word) throws InterruptedException {
        await(word, all -> all.stream().anyMatch(line -> line.startsWith(word)));
    }

    /** SIGSTOP: it does nothing any more, and does not know. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -%s failed with %d".formatted(name, status));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM. What it prints from now on is still read: {@link Process#destroy} would close its output. */
    public void terminate() {
        signal("TERM");
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the child does not die");
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public int exitValue() throws InterruptedException {
        if (!process.waitFor(LINE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the child does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
