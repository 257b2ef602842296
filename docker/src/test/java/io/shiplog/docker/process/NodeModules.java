package io.shiplog.docker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a Node program of the tests needs, from npm: installed once, and again when the lock file changes. */
public final class NodeModules {
    private NodeModules() {}

    /** The folder {@code node_modules} of a program's folder. Without npm on the machine the test that asks is skipped. */
    public static synchronized Path installed(Path program) throws Exception {
        Path modules = program.resolve("node_modules").toAbsolutePath();
        Path done = modules.resolve(".package-lock.json");
        Path wanted = program.resolve("package-lock.json");
        if (!Files.exists(done) || Files.getLastModifiedTime(done).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
            assumeTrue(
                    new ProcessBuilder("sh", "-c", "command -v npm").start().waitFor() == 0,
                    "there is no npm on this machine");
            try (ChildProcess npm = ChildProcess.start(program, Map.of(), List.of("npm", "ci", "--silent"))) {
                assertEquals(0, npm.exitValue(), () -> "npm ci: " + npm.lines());
            }
        }
        return modules;
    }
}
