package io.shiplog.docker.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cluster without nodes, started and stopped by the script, as a user would, in its own home. */
final class Restarts {
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

    private final Path script;
    private final Path home;
    private final int port;

    Restarts(Path script, Path home, int port) {
        this.script = script;
        this.home = home;
        this.port = port;
    }

    /** Starts the cluster, and returns its address when it is ready. */
    Target start() throws IOException, InterruptedException {
        run("up", "-d", "--nodes", "0", "--port", Integer.toString(port));
        String token =
                Files.readString(home.resolve("pki").resolve("admin.token")).strip();
        return Target.of("https://127.0.0.1:" + port, token, Trust.context(null));
    }

    /** The resource use of the running cluster's process. */
    ProcessUse use() throws IOException {
        return new ProcessUse(List.of(
                Long.valueOf(Files.readString(home.resolve("shiplog.pid")).strip())));
    }

    void stop() throws IOException, InterruptedException {
        run("down");
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(home.resolve("bench.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "SHIPLOG_HOME", home.toString(),
                        "KUBECONFIG", home.resolve("bench.kubeconfig").toString()));
        if (builder.start().waitFor() != 0) {
            throw new IOException("'%s' failed: %s"
                    .formatted(
                            String.join(" ", command),
                            Files.readString(home.resolve("bench.log")).strip()));
        }
    }

    /** Whether this process may drop the machine's page cache. */
    static boolean canDropCaches() {
        return Files.isWritable(DROP_CACHES);
    }

    /** Makes the next reads come from the disk, if permitted. */
    static void dropCaches() {
        if (canDropCaches()) {
            try {
                new ProcessBuilder("sync").start().waitFor();
                Files.writeString(DROP_CACHES, "3\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
